/** Tests of the zstd codec. Start reading at {@link io.gpusnapshot.codec.zstd.ZstdCodecTest}. */
@NullMarked
package io.gpusnapshot.codec.zstd;

import org.jspecify.annotations.NullMarked;
