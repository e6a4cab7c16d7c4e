package io.gpusnapshot.internal.restore;

import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.internal.chunk.ChunkDecoder;
import io.gpusnapshot.internal.chunk.DecoderPool;
import io.gpusnapshot.internal.concurrent.BufferPool;
import io.gpusnapshot.internal.format.StoredChunk;
import io.gpusnapshot.internal.transfer.PackRange;
import io.gpusnapshot.internal.transfer.RangeTaker;
import io.gpusnapshot.storage.ByteRange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Fetches chunks and, if they are differences, their bases: each from whichever store has it whole. Bases come first, and
 * are judged before the chunks are asked for, so that a damaged base is not taken for a damaged chunk. Thread-safe.
 */
final class RunFetcher implements AutoCloseable {
    private final RestoreContext context;
    private final BufferPool buffers;
    private final BufferPool baseBuffers;
    private final DecoderPool decoders;
    private final VisitDecoder visitDecoder;

    /**
     * @param pieceBytes most stored bytes to have in memory of a run; no chunk has more, nor have all bases of a run
     * @param readers threads that fetch at once
     */
    RunFetcher(RestoreContext context, int pieceBytes, int readers, DecoderPool decoders) {
        this.context = context;
        this.buffers = new BufferPool(pieceBytes, readers);
        // Apart from the others, and as many as readers, so that nobody who holds one of them waits for another.
        this.baseBuffers = new BufferPool(pieceBytes, readers);
        this.decoders = decoders;
        this.visitDecoder = new VisitDecoder(context.job().verification());
    }

    /**
     * Fetches what visits need, by as few reads as possible.
     *
     * @param visits in the order of their chunks, all of one pack
     */
    void fetch(List<ChunkVisit> visits, VisitSink sink) throws IOException, InterruptedException {
        for (List<ChunkVisit> run : runs(visits)) {
            if (run.get(0).baseToFetch().isPresent()) {
                fetch(run, RunFetcher::base, baseBuffers, new BaseTaker(run, sink));
            } else {
                fetchChunks(run, Optional.empty(), sink);
            }
        }
    }

    /** Cuts where the bytes of a chunk, or of its base, do not lie right behind those before. */
    private static List<List<ChunkVisit>> runs(List<ChunkVisit> visits) {
        List<List<ChunkVisit>> runs = new ArrayList<>();
        for (int start = 0, end = 1; start < visits.size(); end++) {
            if (end == visits.size() || !visits.get(end - 1).isFollowedBy(visits.get(end))) {
                runs.add(visits.subList(start, end));
                start = end;
            }
        }
        return runs;
    }

    private void fetchChunks(List<ChunkVisit> run, Optional<FetchedRange> bases, VisitSink sink)
            throws IOException, InterruptedException {
        fetch(run, ChunkVisit::chunk, buffers, new ChunkTaker(run, bases, sink));
    }

    private void fetch(
            List<ChunkVisit> run, Function<ChunkVisit, StoredChunk> wanted, BufferPool pool, RangeTaker taker)
            throws IOException, InterruptedException {
        List<StoredChunk> chunks = run.stream().map(wanted).toList();
        context.packs().fetch(chunks.get(0).packKey(), pieces(chunks, pool.bufferBytes()), pool, taker);
    }

    /** As many chunks as a buffer has room for are a piece. */
    private static List<ByteRange> pieces(List<StoredChunk> chunks, int bufferBytes) {
        List<ByteRange> pieces = new ArrayList<>();
        long start = chunks.get(0).offset();
        long end = start;
        for (StoredChunk chunk : chunks) {
            if (chunk.end() - start > bufferBytes) {
                pieces.add(new ByteRange(start, end - start));
                start = end;
            }
            end = chunk.end();
        }
        pieces.add(new ByteRange(start, end - start));
        return pieces;
    }

    private static StoredChunk base(ChunkVisit visit) {
        return visit.baseToFetch().orElseThrow();
    }

    /** Gives up its room. */
    @Override
    public void close() {
        buffers.close();
        baseBuffers.close();
    }

    /** Takes what is read for a run. */
    private abstract class RunTaker implements RangeTaker {
        private final List<ChunkVisit> run;
        private final Function<ChunkVisit, StoredChunk> wanted;
        final VisitSink sink;

        RunTaker(List<ChunkVisit> run, Function<ChunkVisit, StoredChunk> wanted, VisitSink sink) {
            this.run = run;
            this.wanted = wanted;
            this.sink = sink;
        }

        @Override
        public List<Defect> take(ByteRange range, PackRange found) throws IOException, InterruptedException {
            context.progress().addWireBytes(found.bytes().remaining());
            return take(new FetchedRange(range, found), within(range));
        }

        abstract List<Defect> take(FetchedRange fetched, List<ChunkVisit> visits)
                throws IOException, InterruptedException;

        Defect defect(ChunkVisit visit, IOException cause) {
            StoredChunk chunk = wanted.apply(visit);
            return new Defect(new ByteRange(chunk.offset(), chunk.storedBytes()), cause);
        }

        @Override
        public void lose(ByteRange part, IOException cause) throws IOException {
            for (ChunkVisit visit : within(part)) {
                sink.giveUp(visit, cause);
            }
        }

        private List<ChunkVisit> within(ByteRange range) {
            return run.stream()
                    .filter(visit -> wanted.apply(visit).offset() >= range.offset()
                            && wanted.apply(visit).end() <= range.end())
                    .toList();
        }
    }

    /** Has the chunks fetched whose bases are there. */
    private final class BaseTaker extends RunTaker {
        BaseTaker(List<ChunkVisit> run, VisitSink sink) {
            super(run, RunFetcher::base, sink);
        }

        @Override
        List<Defect> take(FetchedRange fetched, List<ChunkVisit> visits) throws IOException, InterruptedException {
            List<Defect> defects = new ArrayList<>();
            List<ChunkVisit> sound = new ArrayList<>();
            for (ChunkVisit visit : visits) {
                fetched.problem(base(visit))
                        .ifPresentOrElse(cause -> defects.add(defect(visit, cause)), () -> sound.add(visit));
            }
            for (List<ChunkVisit> run : runs(sound)) {
                fetchChunks(run, Optional.of(fetched), sink);
            }
            return defects;
        }
    }

    /** Decodes chunks and hands them on. */
    private final class ChunkTaker extends RunTaker {
        private final Optional<FetchedRange> bases;

        ChunkTaker(List<ChunkVisit> run, Optional<FetchedRange> bases, VisitSink sink) {
            super(run, ChunkVisit::chunk, sink);
            this.bases = bases;
        }

        @Override
        List<Defect> take(FetchedRange fetched, List<ChunkVisit> visits) throws IOException, InterruptedException {
            List<Defect> defects = new ArrayList<>();
            ChunkDecoder decoder = decoders.acquire();
            try {
                for (ChunkVisit visit : visits) {
                    take(fetched, visit, decoder).ifPresent(cause -> defects.add(defect(visit, cause)));
                }
            } finally {
                decoders.release(decoder);
            }
            return defects;
        }

        /** Returns what is wrong with the bytes, if anything is. */
        private Optional<IOException> take(FetchedRange fetched, ChunkVisit visit, ChunkDecoder decoder)
                throws IOException {
            Optional<IOException> failure = fetched.failure(visit.chunk());
            if (failure.isPresent()) {
                return failure;
            }
            ByteBuffer raw;
            try {
                raw = visitDecoder.decode(visit, fetched.stored(visit.chunk()), bases, decoder);
            } catch (DataIntegrityException damaged) {
                return Optional.of(damaged);
            }
            sink.take(visit, raw);
            return Optional.empty();
        }
    }
}
