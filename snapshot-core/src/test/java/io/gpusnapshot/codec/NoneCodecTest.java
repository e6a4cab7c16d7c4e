package io.gpusnapshot.codec;

import io.gpusnapshot.testing.CodecContract;

class NoneCodecTest extends CodecContract {
    @Override
    protected Codec codec() {
        return new NoneCodec();
    }

    @Override
    protected boolean compresses() {
        return false;
    }

    /** There is no frame, hence no end mark and no checksum: what is stored is what comes out. */
    @Override
    protected boolean streamsNoticeDamage() {
        return false;
    }
}
