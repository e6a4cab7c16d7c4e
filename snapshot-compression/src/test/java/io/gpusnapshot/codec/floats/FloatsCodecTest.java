package io.gpusnapshot.codec.floats;

import io.gpusnapshot.codec.Codec;
import io.gpusnapshot.testing.CodecContract;

class FloatsCodecTest extends CodecContract {
    @Override
    protected Codec codec() {
        return new FloatsCodec();
    }
}
