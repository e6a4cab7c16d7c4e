/** Tests of the floats codec. Start reading at {@link io.gpusnapshot.codec.floats.FloatsCodecTest}. */
@NullMarked
package io.gpusnapshot.codec.floats;

import org.jspecify.annotations.NullMarked;
