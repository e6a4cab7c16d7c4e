package io.gpusnapshot.internal.restore;

import io.gpusnapshot.internal.chunk.ChunkDecoder;
import io.gpusnapshot.internal.chunk.DecoderPool;
import io.gpusnapshot.internal.chunk.ZeroScanKernel;
import io.gpusnapshot.internal.concurrent.WorkerGate;
import io.gpusnapshot.internal.format.ChunkId;
import io.gpusnapshot.model.Extent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds or fetches chunks and writes them where they belong. Belongs to one thread. */
final class RestoreWorker implements VisitSink {
    private final RestoreContext context;
    private final FileFinisher finisher;
    private final RunFetcher fetcher;
    private final DecoderPool decoders;

    RestoreWorker(RestoreContext context, FileFinisher finisher, RunFetcher fetcher, DecoderPool decoders) {
        this.context = context;
        this.finisher = finisher;
        this.fetcher = fetcher;
        this.decoders = decoders;
    }

    /**
     * Works until the tasks are done.
     *
     * @param number of this worker, from 0
     */
    void run(int number, WorkerGate gate, TaskQueue queue) throws IOException, InterruptedException {
        for (RestoreTask task = next(number, gate, queue);
                !(task instanceof RestoreTask.End);
                task = next(number, gate, queue)) {
            if (task instanceof RestoreTask.Range range) {
                fetcher.fetch(withoutReused(range.visits()), this);
            } else if (task instanceof RestoreTask.Dataless dataless) {
                finisher.end(dataless.file());
            }
            queue.finished();
        }
        gate.open();
    }

    private static RestoreTask next(int number, WorkerGate gate, TaskQueue queue) throws InterruptedException {
        gate.pass(number);
        return queue.take();
    }

    private List<ChunkVisit> withoutReused(List<ChunkVisit> visits) throws IOException, InterruptedException {
        if (visits.stream().noneMatch(ChunkVisit::hasLocalData)) {
            return visits;
        }
        List<ChunkVisit> missing = new ArrayList<>(visits.size());
        ChunkDecoder decoder = decoders.acquire();
        try {
            for (ChunkVisit visit : visits) {
                if (!visit.hasLocalData() || !reuse(visit, decoder)) {
                    missing.add(visit);
                }
            }
        } finally {
            decoders.release(decoder);
        }
        return missing;
    }

    /** Looks for a chunk's bytes in the target: in what an interrupted restore has left, then in former files. */
    private boolean reuse(ChunkVisit visit, ChunkDecoder decoder) throws IOException {
        if (!visit.coversChunk()) {
            return false;
        }
        return reuse(visit, decoder, true) || (hasTwoSources(visit) && reuse(visit, decoder, false));
    }

    private static boolean hasTwoSources(ChunkVisit visit) {
        return visit.slices().stream()
                .anyMatch(slice -> slice.file().formerPart().isPresent()
                        && slice.file().formerFile().isPresent());
    }

    private static boolean hasPart(ChunkVisit visit) {
        return visit.slices().stream()
                .anyMatch(slice -> slice.file().formerPart().isPresent());
    }

    private boolean reuse(ChunkVisit visit, ChunkDecoder decoder, boolean partsFirst) throws IOException {
        ByteBuffer raw = decoder.scratch();
        for (ChunkVisit.Slice slice : visit.slices()) {
            if (!slice.readFrom(source(slice.file(), partsFirst).orElseThrow(), raw)) {
                return false;
            }
        }
        raw.flip();
        // What was never written to a part reads as zeros, and telling that is ten times cheaper than a digest.
        boolean unwritten = partsFirst && hasPart(visit) && ZeroScanKernel.isZero(raw, 0, raw.limit());
        if (unwritten || !isContent(visit, decoder.name(raw), partsFirst)) {
            return false;
        }
        context.tally().bytesReused.add(raw.limit());
        for (ChunkVisit.Slice slice : visit.slices()) {
            boolean inPart =
                    source(slice.file(), partsFirst).equals(slice.file().formerPart());
            if (!inPart) {
                slice.file().matched(slice.extent());
            }
            context.progress().addBytes(slice.extent().length());
            finisher.settle(slice.file());
        }
        return true;
    }

    /** Whether this is the digest of the chunk; if it is that of its base, in former files, this is remembered. */
    private static boolean isContent(ChunkVisit visit, ChunkId found, boolean partsFirst) {
        boolean isBase = visit.chunk().base().filter(found::equals).isPresent();
        if (isBase && !(partsFirst && hasPart(visit))) {
            visit.foundBase();
        }
        return found.equals(visit.chunk().id());
    }

    private static Optional<Path> source(TargetFile file, boolean partFirst) {
        return partFirst
                ? file.formerPart().or(file::formerFile)
                : file.formerFile().or(file::formerPart);
    }

    @Override
    public void take(ChunkVisit visit, ByteBuffer raw) throws IOException {
        boolean compared = visit.hasLocalData() && visit.coversChunk();
        for (ChunkVisit.Slice slice : visit.slices()) {
            write(slice, raw, compared);
        }
    }

    private void write(ChunkVisit.Slice slice, ByteBuffer raw, boolean compared) throws IOException {
        Extent extent = slice.extent();
        ByteBuffer data =
                raw.duplicate().limit(extent.chunkOffset() + extent.length()).position(extent.chunkOffset());
        try {
            if (!(compared && isPartOfFile(slice)) && formerHas(slice, data)) {
                slice.file().matched(extent);
            } else {
                slice.file().write(extent, data);
                context.sync().ifPresent(sync -> sync.written(extent.length()));
            }
        } catch (IOException failed) {
            finisher.rethrowIfHopeless(slice.file().entry().path(), failed);
            slice.file().fail(failed);
        }
        context.progress().addBytes(extent.length());
        finisher.settle(slice.file());
    }

    private static boolean isPartOfFile(ChunkVisit.Slice slice) {
        return slice.extent().length() < slice.file().entry().content().sizeBytes();
    }

    /**
     * Whether the file has these bytes already. The digest of the whole chunk need not have shown it: a small file may
     * share its chunk with a changed one, and a file may have the same chunk several times.
     */
    private static boolean formerHas(ChunkVisit.Slice slice, ByteBuffer data) throws IOException {
        Optional<Path> former = slice.file().formerFile();
        if (former.isEmpty()) {
            return false;
        }
        ByteBuffer present = ByteBuffer.allocate(data.remaining());
        return slice.readFrom(former.get(), present) && present.flip().equals(data);
    }

    @Override
    public void giveUp(ChunkVisit visit, IOException cause) throws IOException {
        for (ChunkVisit.Slice slice : visit.slices()) {
            slice.file().fail(cause);
            finisher.settle(slice.file());
        }
    }
}
