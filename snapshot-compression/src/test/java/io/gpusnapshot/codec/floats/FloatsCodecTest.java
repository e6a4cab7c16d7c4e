package io.gpusnapshot.codec.floats;

import io.gpusnapshot.codec.Codec;
import io.gpusnapshot.testing.CodecContract;
import io.gpusnapshot.testing.ReferenceCodec;
import java.util.Optional;

class FloatsCodecTest extends CodecContract {
    @Override
    protected Codec codec() {
        return new FloatsCodec();
    }

    @Override
    protected Optional<ReferenceCodec> reference() {
        return Optional.of(new PlainFloats());
    }
}
