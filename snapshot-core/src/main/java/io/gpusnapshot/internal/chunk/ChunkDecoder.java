package io.gpusnapshot.internal.chunk;

import io.gpusnapshot.codec.CodecRegistry;
import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.error.UnsupportedFormatException;
import io.gpusnapshot.internal.concurrent.BufferPool;
import io.gpusnapshot.internal.format.ChunkId;
import io.gpusnapshot.internal.format.Digests;
import io.gpusnapshot.internal.format.StoredChunk;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** Turns stored bytes back into raw ones and checks them. Belongs to one thread. */
public final class ChunkDecoder {
    private final CodecRegistry codecs;
    private final MessageDigest sha256 = Digests.sha256();
    private final BufferPool room;
    private final ByteBuffer rawBuffer;
    /** Room for the base of a difference, which few snapshots need. */
    private @Nullable ByteBuffer baseBuffer;

    /**
     * @param room buffers as large as the largest chunk to come, two for each decoder
     */
    ChunkDecoder(CodecRegistry codecs, BufferPool room) {
        this.codecs = codecs;
        this.room = room;
        this.rawBuffer = room.tryAcquire().orElseThrow();
    }

    /** The name of a chunk that has these raw bytes. */
    public ChunkId name(ByteBuffer raw) {
        return Digests.chunkId(sha256, raw);
    }

    /** Checks the CRC32C of the stored bytes, which may lie in several buffers. */
    public static void requireStoredChecksum(StoredChunk chunk, ByteBuffer... stored) throws DataIntegrityException {
        if (Digests.crc32c(stored) != chunk.crc32c()) {
            throw damaged(chunk, "its stored bytes have another CRC32C", null);
        }
    }

    /** Checks the SHA-256 of the raw bytes. */
    public void requireRawDigest(StoredChunk chunk, ByteBuffer raw) throws DataIntegrityException {
        if (!name(raw).equals(chunk.id())) {
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
        return decode(chunk, stored, rawBuffer);
    }

    private ByteBuffer decode(StoredChunk chunk, ByteBuffer stored, ByteBuffer target)
            throws DataIntegrityException, UnsupportedFormatException {
        if (chunk.codec().equals(CodecRegistry.NONE)) {
            return stored;
        }
        ByteBuffer raw = target.clear().limit(chunk.rawBytes());
        try {
            codecs.require(chunk.codec(), chunk.packKey()).decode(stored, raw);
        } catch (DataIntegrityException broken) {
            throw damaged(chunk, String.valueOf(broken.getMessage()), broken);
        }
        return raw.flip();
    }

    /**
     * Decodes a chunk that is stored as its difference to a base, without checking any digest.
     *
     * @return the raw bytes, in a buffer that the next call reuses
     */
    public ByteBuffer decodeDifference(StoredChunk chunk, ByteBuffer stored, StoredChunk base, ByteBuffer baseStored)
            throws DataIntegrityException, UnsupportedFormatException {
        return applyDifference(chunk, stored, decode(base, baseStored, baseScratch()));
    }

    /**
     * Decodes a chunk that is stored as its difference to what is at hand already.
     *
     * @param baseRaw the raw bytes of the base
     */
    public ByteBuffer applyDifference(StoredChunk chunk, ByteBuffer stored, ByteBuffer baseRaw)
            throws DataIntegrityException, UnsupportedFormatException {
        if (baseRaw.remaining() != chunk.rawBytes()) {
            throw damaged(chunk, "its base has " + baseRaw.remaining() + " bytes", null);
        }
        ByteBuffer raw = decode(chunk, stored, rawBuffer);
        XorKernel.xor(raw, baseRaw);
        return raw;
    }

    /** A buffer of the largest raw size for a base, valid until the next {@link #decodeDifference}. */
    public ByteBuffer baseScratch() {
        ByteBuffer buffer = baseBuffer;
        if (buffer == null) {
            buffer = room.tryAcquire().orElseThrow();
            baseBuffer = buffer;
        }
        return buffer.clear();
    }

    /** A buffer of the largest raw size, valid until the next {@link #decode}. */
    public ByteBuffer scratch() {
        return rawBuffer.clear();
    }

    /** Gives back its buffers. */
    void leaveRoom() {
        room.release(rawBuffer);
        if (baseBuffer != null) {
            room.release(baseBuffer);
        }
    }

    private static DataIntegrityException damaged(StoredChunk chunk, String problem, @Nullable Exception cause) {
        return new DataIntegrityException(
                chunk.packKey(),
                chunk.offset(),
                "The chunk at byte " + chunk.offset() + " of " + chunk.packKey() + " is damaged: " + problem,
                cause);
    }
}
