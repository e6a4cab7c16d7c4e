package io.gpusnapshot.internal.format;

import java.nio.ByteBuffer;
import java.security.MessageDigest;

/** Names chunks by the SHA-256 of their raw bytes. Belongs to one thread. */
public final class ChunkHasher {
    /**
     * The JDK takes bytes outside of the heap through an array of 4 KiB that it makes anew each time, which is a tenth
     * slower ({@code DigestBenchmark}).
     */
    private static final int COPY_BYTES = 32 << 10;

    private final MessageDigest sha256 = Digests.sha256();
    private final byte[] copy = new byte[COPY_BYTES];

    /** The name of a chunk that has the remaining bytes, whose position is left as it was. */
    public ChunkId name(ByteBuffer raw) {
        ByteBuffer left = raw.duplicate();
        while (left.hasRemaining()) {
            int count = Math.min(copy.length, left.remaining());
            left.get(copy, 0, count);
            sha256.update(copy, 0, count);
        }
        return ChunkId.of(sha256.digest());
    }
}
