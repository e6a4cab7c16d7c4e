package io.gpusnapshot.internal.chunk;

import io.gpusnapshot.internal.format.ChunkId;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A chunk that is ready to be stored.
 *
 * @param stored the encoded bytes, in a buffer that somebody else owns; empty if the chunk was known to be stored
 *     already, so that encoding it would have been in vain
 * @param crc32c checksum of the encoded bytes
 * @param base the chunk that the encoded bytes are the difference to; empty if they are the chunk itself
 */
public record EncodedChunk(
        ChunkId id, int rawBytes, String codec, Optional<ByteBuffer> stored, int crc32c, Optional<ChunkId> base) {
    /** A chunk that is stored as itself. */
    public EncodedChunk(ChunkId id, int rawBytes, String codec, Optional<ByteBuffer> stored, int crc32c) {
        this(id, rawBytes, codec, stored, crc32c, Optional.empty());
    }
}
