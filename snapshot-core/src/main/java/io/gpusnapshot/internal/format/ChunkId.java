package io.gpusnapshot.internal.format;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/** The identity of a chunk: the SHA-256 of its raw bytes, as four big-endian words. */
public record ChunkId(long word0, long word1, long word2, long word3) {
    /** Length in bytes. */
    public static final int LENGTH = 32;

    /**
     * @param digest 32 bytes
     */
    public static ChunkId of(byte[] digest) {
        ByteBuffer words = ByteBuffer.wrap(digest);
        return new ChunkId(words.getLong(), words.getLong(), words.getLong(), words.getLong());
    }

    /**
     * @throws IllegalArgumentException if the text is not 64 hexadecimal digits
     */
    public static ChunkId parse(String hex) {
        if (hex.length() != 2 * LENGTH) {
            throw new IllegalArgumentException("Not a SHA-256: \"" + hex + "\"");
        }
        return of(HexFormat.of().parseHex(hex));
    }

    public String hex() {
        HexFormat hex = HexFormat.of();
        return hex.toHexDigits(word0) + hex.toHexDigits(word1) + hex.toHexDigits(word2) + hex.toHexDigits(word3);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(word0);
    }

    @Override
    public String toString() {
        return hex();
    }
}
