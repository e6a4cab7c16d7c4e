/**
 * The codec SPI: how the bytes of one chunk become smaller. Start reading at {@link io.gpusnapshot.codec.Codec}.
 */
@NullMarked
package io.gpusnapshot.codec;

import org.jspecify.annotations.NullMarked;
