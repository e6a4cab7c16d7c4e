/** Tests of the stored format. Start reading at {@link io.gpusnapshot.internal.format.ManifestRoundTripTest}. */
@NullMarked
package io.gpusnapshot.internal.format;

import org.jspecify.annotations.NullMarked;
