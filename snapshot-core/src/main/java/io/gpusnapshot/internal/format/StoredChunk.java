package io.gpusnapshot.internal.format;

import java.util.Optional;

/**
 * A chunk and where it lies.
 *
 * @param packKey object key of its pack
 * @param offset first stored byte within the pack
 * @param storedBytes length of the encoded frame, at most {@code rawBytes}
 * @param rawBytes length of the raw bytes
 * @param codec id of the codec of the frame
 * @param crc32c checksum of the stored bytes (RFC 3720, appendix B.4)
 * @param base the chunk of the same length that the frame is the difference to; empty if the frame is the chunk itself
 */
public record StoredChunk(
        ChunkId id,
        String packKey,
        long offset,
        int storedBytes,
        int rawBytes,
        String codec,
        int crc32c,
        Optional<ChunkId> base) {
    /** Largest raw size of a chunk that any writer may choose. */
    public static final int MAX_RAW_BYTES = 16 << 20;
    /** Smallest size at which large files are cut. */
    public static final int MIN_CUT_BYTES = 64 << 10;

    /** A chunk whose frame is the chunk itself. */
    public StoredChunk(
            ChunkId id, String packKey, long offset, int storedBytes, int rawBytes, String codec, int crc32c) {
        this(id, packKey, offset, storedBytes, rawBytes, codec, crc32c, Optional.empty());
    }

    public long end() {
        return offset + storedBytes;
    }

    /** Whether another chunk lies right behind this one. */
    public boolean isFollowedBy(StoredChunk next) {
        return end() == next.offset && packKey.equals(next.packKey);
    }
}
