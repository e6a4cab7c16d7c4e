package io.gpusnapshot.codec.lz4;

import io.gpusnapshot.codec.Codec;
import io.gpusnapshot.testing.CodecContract;
import io.gpusnapshot.testing.ReferenceCodec;
import java.util.Optional;

class Lz4CodecTest extends CodecContract {
    @Override
    protected Codec codec() {
        return new Lz4Codec();
    }

    @Override
    protected Optional<ReferenceCodec> reference() {
        return Optional.of(new LibraryFrames());
    }
}
