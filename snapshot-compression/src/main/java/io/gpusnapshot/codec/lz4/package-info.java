/**
 * LZ4 frames, readable by the {@code lz4} tool. Start reading at {@link io.gpusnapshot.codec.lz4.Lz4Codec}.
 */
@NullMarked
package io.gpusnapshot.codec.lz4;

import org.jspecify.annotations.NullMarked;
