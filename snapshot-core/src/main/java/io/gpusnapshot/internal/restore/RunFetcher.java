package io.gpusnapshot.internal.restore;

import io.gpusnapshot.internal.concurrent.BufferPool;
import io.gpusnapshot.internal.format.StoredChunk;
import io.gpusnapshot.internal.transfer.PackRange;
import io.gpusnapshot.storage.ByteRange;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Fetches what visits that follow each other need. Thread-safe. */
final class RunFetcher {
    private final RestoreContext context;
    private final BufferPool buffers;
    private final BufferPool baseBuffers;

    /**
     * @param rangeBytes most stored bytes of a run, and most of its bases
     * @param readers threads that fetch at once
     */
    RunFetcher(RestoreContext context, int rangeBytes, int readers) {
        this.context = context;
        this.buffers = new BufferPool(rangeBytes, readers);
        // Apart from the others, so that nobody who holds one of them waits for another.
        this.baseBuffers = new BufferPool(rangeBytes, readers);
    }

    /**
     * Fetches a run and, if its chunks are differences, the bases that are not at hand.
     *
     * @param run each followed by the next, as {@link ChunkVisit#isFollowedBy} has it
     */
    FetchedRun fetch(List<ChunkVisit> run) throws IOException, InterruptedException {
        Piece chunks = read(run.stream().map(ChunkVisit::chunk).toList(), buffers);
        List<StoredChunk> bases =
                run.stream().flatMap(visit -> visit.baseToFetch().stream()).toList();
        try {
            Optional<Piece> fetchedBases = bases.isEmpty() ? Optional.empty() : Optional.of(read(bases, baseBuffers));
            return new FetchedRun(chunks, fetchedBases);
        } catch (IOException | InterruptedException | RuntimeException failed) {
            chunks.release();
            throw failed;
        }
    }

    private Piece read(List<StoredChunk> chunks, BufferPool pool) throws IOException, InterruptedException {
        StoredChunk first = chunks.get(0);
        long end = chunks.get(chunks.size() - 1).end();
        ByteRange range = new ByteRange(first.offset(), end - first.offset());
        PackRange fetched = context.packs().read(first.packKey(), range, pool);
        context.progress().addWireBytes(fetched.bytes().remaining());
        return new Piece(first.offset(), fetched, pool);
    }

    /** A run of bytes of one pack. */
    record Piece(long offset, PackRange range, BufferPool pool) {
        void release() {
            pool.release(range.bytes());
        }
    }
}
