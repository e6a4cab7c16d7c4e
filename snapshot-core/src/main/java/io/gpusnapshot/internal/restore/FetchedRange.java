package io.gpusnapshot.internal.restore;

import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.internal.chunk.ChunkDecoder;
import io.gpusnapshot.internal.format.StoredChunk;
import io.gpusnapshot.internal.transfer.PackRange;
import io.gpusnapshot.storage.ByteRange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * What was read of a range of a pack.
 *
 * @param asked the range, of which not all need be there
 */
record FetchedRange(ByteRange asked, PackRange found) {
    /** Why the bytes of a chunk are not all here, if so. */
    Optional<IOException> failure(StoredChunk chunk) {
        boolean whole = chunk.end() - asked.offset() <= found.bytes().limit();
        return whole ? Optional.empty() : found.failure();
    }

    /** Why the bytes of a chunk are not here as they should be, if so. */
    Optional<IOException> problem(StoredChunk chunk) {
        Optional<IOException> failure = failure(chunk);
        if (failure.isPresent()) {
            return failure;
        }
        try {
            ChunkDecoder.requireStoredChecksum(chunk, stored(chunk));
            return Optional.empty();
        } catch (DataIntegrityException damaged) {
            return Optional.of(damaged);
        }
    }

    /** The stored bytes of a chunk that is here. */
    ByteBuffer stored(StoredChunk chunk) {
        return found.bytes().slice((int) (chunk.offset() - asked.offset()), chunk.storedBytes());
    }
}
