/**
 * Zstandard frames, readable by the {@code zstd} tool. Start reading at {@link io.gpusnapshot.codec.zstd.ZstdCodec}.
 */
@NullMarked
package io.gpusnapshot.codec.zstd;

import org.jspecify.annotations.NullMarked;
