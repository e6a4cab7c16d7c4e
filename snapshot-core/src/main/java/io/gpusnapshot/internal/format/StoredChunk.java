package io.gpusnapshot.internal.format;

/**
 * A chunk and where it lies.
 *
 * @param packKey object key of its pack
 * @param offset first stored byte within the pack
 * @param storedBytes length of the encoded frame, at most {@code rawBytes}
 * @param rawBytes length of the raw bytes
 * @param codec id of the codec of the frame
 * @param crc32c checksum of the stored bytes (RFC 3720, appendix B.4)
 */
public record StoredChunk(
        ChunkId id, String packKey, long offset, int storedBytes, int rawBytes, String codec, int crc32c) {
    /** Largest raw size of a chunk that any writer may choose. */
    public static final int MAX_RAW_BYTES = 16 << 20;
    /** Smallest size at which large files are cut. */
    public static final int MIN_CUT_BYTES = 64 << 10;

    public long end() {
        return offset + storedBytes;
    }
}
