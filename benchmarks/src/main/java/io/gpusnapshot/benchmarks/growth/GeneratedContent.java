package io.gpusnapshot.benchmarks.growth;

import io.gpusnapshot.internal.format.ChunkId;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;

/** Chunks that differ in their last bytes alone, so that content and digests of any of them are there at once. */
final class GeneratedContent {
    static final int CHUNK_BYTES = 4 << 20;
    static final int CHUNKS_PER_PACK = 16;
    static final int PACK_BYTES = CHUNKS_PER_PACK * CHUNK_BYTES;

    private static final int PREFIX_BYTES = CHUNK_BYTES - Long.BYTES;
    private static final int PIECE_BYTES = 64 << 10;
    private static final long SEED = 42;

    private final byte[] template = new byte[CHUNK_BYTES];
    private final MessageDigest prefix;

    GeneratedContent() throws NoSuchAlgorithmException {
        new SplittableRandom(SEED).nextBytes(template);
        prefix = MessageDigest.getInstance("SHA-256");
        prefix.update(template, 0, PREFIX_BYTES);
    }

    /** Writes bytes of a chunk, from {@code start} to before {@code end}. */
    void write(long number, int start, int end, OutputStream target) throws IOException {
        for (int at = start; at < Math.min(end, PREFIX_BYTES); at += PIECE_BYTES) {
            target.write(template, at, Math.min(PIECE_BYTES, Math.min(end, PREFIX_BYTES) - at));
        }
        if (end > PREFIX_BYTES) {
            int first = Math.max(0, start - PREFIX_BYTES);
            target.write(ending(number), first, end - PREFIX_BYTES - first);
        }
    }

    ChunkId id(long number) throws CloneNotSupportedException {
        MessageDigest digest = (MessageDigest) prefix.clone();
        digest.update(ending(number));
        return ChunkId.of(digest.digest());
    }

    int crc32c(long number) {
        CRC32C checksum = new CRC32C();
        checksum.update(template, 0, PREFIX_BYTES);
        checksum.update(ending(number), 0, Long.BYTES);
        return (int) checksum.getValue();
    }

    private static byte[] ending(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }
}
