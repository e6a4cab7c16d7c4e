package io.gpusnapshot.codec.lz4;

import io.gpusnapshot.codec.Codec;
import io.gpusnapshot.testing.CodecContract;
import io.gpusnapshot.testing.ReferenceCodec;
import java.util.Optional;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.xxhash.XXHashFactory;

/** The codec as it is where native code cannot be loaded. */
class Lz4CodecInJavaTest extends CodecContract {
    @Override
    protected Codec codec() {
        return new Lz4Codec(Lz4Backend.of(LZ4Factory.fastestJavaInstance(), XXHashFactory.fastestJavaInstance()));
    }

    @Override
    protected Optional<ReferenceCodec> reference() {
        return Optional.of(new LibraryFrames());
    }
}
