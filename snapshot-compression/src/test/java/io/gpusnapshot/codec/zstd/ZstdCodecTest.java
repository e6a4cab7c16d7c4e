package io.gpusnapshot.codec.zstd;

import io.gpusnapshot.codec.Codec;
import io.gpusnapshot.testing.CodecContract;
import io.gpusnapshot.testing.ReferenceCodec;
import java.util.Optional;

class ZstdCodecTest extends CodecContract {
    @Override
    protected Codec codec() {
        return new ZstdCodec();
    }

    @Override
    protected Optional<ReferenceCodec> reference() {
        return Optional.of(new LibraryStreams());
    }

    /** The frame's header has no checksum, and some of its bits say nothing about the content. */
    @Override
    protected boolean streamsNoticeHarmlessDamage() {
        return false;
    }
}
