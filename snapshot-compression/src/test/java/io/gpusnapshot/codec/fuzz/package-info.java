/** Damaged frames by the million. Start reading at {@link io.gpusnapshot.codec.fuzz.DecoderFuzzTest}. */
@NullMarked
package io.gpusnapshot.codec.fuzz;

import org.jspecify.annotations.NullMarked;
