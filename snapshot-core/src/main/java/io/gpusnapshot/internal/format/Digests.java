package io.gpusnapshot.internal.format;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.zip.CRC32C;

/** The digests of the format. */
public final class Digests {
    private Digests() {}

    public static MessageDigest sha256() {
        return digest("SHA-256");
    }

    public static MessageDigest sha1() {
        return digest("SHA-1");
    }

    public static MessageDigest md5() {
        return digest("MD5");
    }

    private static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform must have " + algorithm, impossible);
        }
    }

    /** The identity of the remaining bytes, whose position is left as it was. */
    public static ChunkId chunkId(MessageDigest sha256, ByteBuffer raw) {
        sha256.update(raw.duplicate());
        return ChunkId.of(sha256.digest());
    }

    /** CRC32C of the remaining bytes of buffers, one after the other, whose positions are left as they were. */
    public static int crc32c(ByteBuffer... pieces) {
        CRC32C crc = new CRC32C();
        for (ByteBuffer piece : pieces) {
            crc.update(piece.duplicate());
        }
        return (int) crc.getValue();
    }
}
