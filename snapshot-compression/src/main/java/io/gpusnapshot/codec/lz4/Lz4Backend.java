package io.gpusnapshot.codec.lz4;

import java.nio.ByteBuffer;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;
import net.jpountz.xxhash.StreamingXXHash32;
import net.jpountz.xxhash.XXHash32;
import net.jpountz.xxhash.XXHashFactory;

/** The block primitives of lz4-java. All offsets are absolute, and every buffer may be direct or heap. */
record Lz4Backend(LZ4Compressor compressor, LZ4SafeDecompressor decompressor, XXHash32 hash) {
    static final int DOES_NOT_FIT = 0;

    /** Native code where it can be loaded, else the fastest Java. */
    static Lz4Backend fastest() {
        return of(LZ4Factory.fastestInstance(), XXHashFactory.fastestInstance());
    }

    static Lz4Backend of(LZ4Factory blocks, XXHashFactory hashes) {
        return new Lz4Backend(blocks.fastCompressor(), blocks.safeDecompressor(), hashes.hash32());
    }

    /** Returns the compressed length, or {@link #DOES_NOT_FIT} if that is above {@code room}. */
    int compress(ByteBuffer raw, int rawAt, int rawBytes, ByteBuffer into, int at, int room) {
        if (room <= 0) {
            return DOES_NOT_FIT;
        }
        try {
            return compressor.compress(raw, rawAt, rawBytes, into, at, room);
        } catch (LZ4Exception tooLong) {
            // The library's only way to say so. It costs about a microsecond, against hundreds for the block.
            return DOES_NOT_FIT;
        }
    }

    /** Returns the raw length; throws {@link LZ4Exception} if the block is malformed or longer than {@code room}. */
    int decompress(ByteBuffer block, int at, int bytes, ByteBuffer raw, int rawAt, int room) {
        return decompressor.decompress(block, at, bytes, raw, rawAt, room);
    }

    int hash(ByteBuffer data, int at, int bytes) {
        return hash.hash(data, at, bytes, 0);
    }

    /**
     * Always a Java implementation, since the native one holds memory that must be freed by hand; and of these the one
     * that does without {@code sun.misc.Unsafe}, about which newer versions of Java complain on standard error.
     */
    static StreamingXXHash32 newStreamingHash() {
        return XXHashFactory.safeInstance().newStreamingHash32(0);
    }
}
