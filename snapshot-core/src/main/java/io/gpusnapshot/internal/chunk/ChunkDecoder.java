package io.gpusnapshot.internal.chunk;

import io.gpusnapshot.codec.CodecRegistry;
import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.error.UnsupportedFormatException;
import io.gpusnapshot.internal.format.Digests;
import io.gpusnapshot.internal.format.StoredChunk;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** Turns stored bytes back into raw ones and checks them. Belongs to one thread. */
public final class ChunkDecoder {
    private final CodecRegistry codecs;
    private final MessageDigest sha256 = Digests.sha256();
    private final ByteBuffer rawBuffer;

    /**
     * @param maxRawBytes raw size of the largest chunk to come
     */
    public ChunkDecoder(CodecRegistry codecs, int maxRawBytes) {
        this.codecs = codecs;
        this.rawBuffer = ByteBuffer.allocateDirect(maxRawBytes);
    }

    /** Whether these are the raw bytes of the chunk. */
    public boolean isRawContent(StoredChunk chunk, ByteBuffer raw) {
        return raw.remaining() == chunk.rawBytes()
                && Digests.chunkId(sha256, raw).equals(chunk.id());
    }

    /** Checks the CRC32C of the stored bytes, which may lie in several buffers. */
    public static void requireStoredChecksum(StoredChunk chunk, ByteBuffer... stored) throws DataIntegrityException {
        if (Digests.crc32c(stored) != chunk.crc32c()) {
            throw damaged(chunk, "its stored bytes have another CRC32C", null);
        }
    }

    /** Checks the SHA-256 of the raw bytes. */
    public void requireRawDigest(StoredChunk chunk, ByteBuffer raw) throws DataIntegrityException {
        if (!isRawContent(chunk, raw)) {
            throw damaged(chunk, "its content has another SHA-256", null);
        }
    }

    /**
     * Decodes a chunk without checking its digest.
     *
     * @return the raw bytes, in {@code stored} itself if that is how they are stored, else in a buffer that the next
     *     call reuses
     */
    public ByteBuffer decode(StoredChunk chunk, ByteBuffer stored)
            throws DataIntegrityException, UnsupportedFormatException {
        if (chunk.codec().equals(CodecRegistry.NONE)) {
            return stored;
        }
        ByteBuffer raw = rawBuffer.clear().limit(chunk.rawBytes());
        try {
            codecs.require(chunk.codec(), chunk.packKey()).decode(stored, raw);
        } catch (DataIntegrityException broken) {
            throw damaged(chunk, String.valueOf(broken.getMessage()), broken);
        }
        return raw.flip();
    }

    /** A buffer of the largest raw size, valid until the next {@link #decode}. */
    public ByteBuffer scratch() {
        return rawBuffer.clear();
    }

    private static DataIntegrityException damaged(StoredChunk chunk, String problem, @Nullable Exception cause) {
        return new DataIntegrityException(
                chunk.packKey(),
                chunk.offset(),
                "The chunk at byte " + chunk.offset() + " of " + chunk.packKey() + " is damaged: " + problem,
                cause);
    }
}
