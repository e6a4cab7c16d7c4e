package io.gpusnapshot.internal.restore;

import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.internal.chunk.ChunkDecoder;
import io.gpusnapshot.internal.format.StoredChunk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Stored bytes of visits, and of their bases. Belongs to one thread, which closes it. */
record FetchedRun(RunFetcher.Piece chunks, Optional<RunFetcher.Piece> bases) implements AutoCloseable {
    /** Why the bytes of a visit are not all here, if so. */
    Optional<IOException> failure(ChunkVisit visit) {
        Optional<IOException> failure = failure(chunks, visit.chunk());
        return failure.isPresent() ? failure : visit.baseToFetch().flatMap(base -> failure(bases.orElseThrow(), base));
    }

    private static Optional<IOException> failure(RunFetcher.Piece piece, StoredChunk chunk) {
        boolean whole = chunk.end() - piece.offset() <= piece.range().bytes().limit();
        return whole ? Optional.empty() : piece.range().failure();
    }

    ByteBuffer stored(ChunkVisit visit) {
        return slice(chunks, visit.chunk());
    }

    /** The stored bytes of a base that had to be fetched. */
    ByteBuffer storedBase(ChunkVisit visit) {
        return slice(bases.orElseThrow(), visit.baseToFetch().orElseThrow());
    }

    private static ByteBuffer slice(RunFetcher.Piece piece, StoredChunk chunk) {
        return piece.range().bytes().slice((int) (chunk.offset() - piece.offset()), chunk.storedBytes());
    }

    /** Checks the stored bytes by their CRC32C. */
    void requireChecksums(ChunkVisit visit) throws DataIntegrityException {
        ChunkDecoder.requireStoredChecksum(visit.chunk(), stored(visit));
        if (visit.baseToFetch().isPresent()) {
            ChunkDecoder.requireStoredChecksum(visit.baseToFetch().get(), storedBase(visit));
        }
    }

    @Override
    public void close() {
        chunks.release();
        bases.ifPresent(RunFetcher.Piece::release);
    }
}
