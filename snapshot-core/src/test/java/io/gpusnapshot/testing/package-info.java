/**
 * What the tests of all modules share: contracts of the SPIs, fakes, data. Start reading at the contract of the SPI that
 * you implement, such as {@link io.gpusnapshot.testing.CodecContract}.
 */
@NullMarked
package io.gpusnapshot.testing;

import org.jspecify.annotations.NullMarked;
