package io.gpusnapshot.internal.restore;

import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.internal.chunk.ChunkDecoder;
import io.gpusnapshot.internal.chunk.DecoderPool;
import io.gpusnapshot.internal.chunk.ZeroScanKernel;
import io.gpusnapshot.internal.concurrent.BufferPool;
import io.gpusnapshot.internal.format.StoredChunk;
import io.gpusnapshot.internal.transfer.PackRange;
import io.gpusnapshot.internal.transfer.RangeTaker;
import io.gpusnapshot.model.Extent;
import io.gpusnapshot.model.RestoreVerification;
import io.gpusnapshot.storage.ByteRange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Finds or fetches chunks and writes them where they belong. Belongs to one thread. */
final class RestoreWorker {
    private final RestoreContext context;
    private final FileFinisher finisher;
    private final BufferPool buffers;
    private final DecoderPool decoders;

    /**
     * @param buffers room for ranges as they are stored
     */
    RestoreWorker(RestoreContext context, FileFinisher finisher, BufferPool buffers, DecoderPool decoders) {
        this.context = context;
        this.finisher = finisher;
        this.buffers = buffers;
        this.decoders = decoders;
    }

    void run(TaskQueue queue) throws IOException, InterruptedException {
        for (RestoreTask task = queue.take(); !(task instanceof RestoreTask.End); task = queue.take()) {
            if (task instanceof RestoreTask.Range range) {
                restore(range.visits());
            } else if (task instanceof RestoreTask.Dataless dataless) {
                finisher.end(dataless.file());
            }
            queue.finished();
        }
    }

    private void restore(List<ChunkVisit> visits) throws IOException, InterruptedException {
        List<ChunkVisit> missing = withoutReused(visits);
        for (int start = 0; start < missing.size(); ) {
            int end = start + 1;
            while (end < missing.size()
                    && missing.get(end - 1).chunk().end()
                            == missing.get(end).chunk().offset()) {
                end++;
            }
            fetch(missing.subList(start, end));
            start = end;
        }
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
            if (!readLocally(slice, source(slice.file(), partsFirst), raw)) {
                return false;
            }
        }
        raw.flip();
        // What was never written to a part reads as zeros, and telling that is ten times cheaper than a digest.
        boolean unwritten = partsFirst && hasPart(visit) && ZeroScanKernel.isZero(raw, 0, raw.limit());
        if (unwritten || !decoder.isRawContent(visit.chunk(), raw)) {
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

    private static Optional<Path> source(TargetFile file, boolean partFirst) {
        return partFirst
                ? file.formerPart().or(file::formerFile)
                : file.formerFile().or(file::formerPart);
    }

    /** Reads a slice from a file of the target; false if the file does not have it. */
    private static boolean readLocally(ChunkVisit.Slice slice, Optional<Path> source, ByteBuffer target)
            throws IOException {
        Extent extent = slice.extent();
        ByteBuffer part = target.duplicate().limit(target.position() + extent.length());
        try (FileChannel file =
                FileChannel.open(source.orElseThrow(), Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
            long position = extent.fileOffset();
            while (part.hasRemaining()) {
                int count = file.read(part, position);
                if (count < 0) {
                    return false;
                }
                position += count;
            }
        } catch (NoSuchFileException | AccessDeniedException unusable) {
            return false;
        }
        target.position(part.position());
        return true;
    }

    private void fetch(List<ChunkVisit> run) throws IOException, InterruptedException {
        StoredChunk first = run.get(0).chunk();
        StoredChunk last = run.get(run.size() - 1).chunk();
        ByteRange range = new ByteRange(first.offset(), last.end() - first.offset());
        context.packs().fetch(first.packKey(), range, buffers, new RunTaker(run));
    }

    /** Decodes and writes what comes of a run of visits. */
    private final class RunTaker implements RangeTaker {
        private final List<ChunkVisit> run;

        RunTaker(List<ChunkVisit> run) {
            this.run = run;
        }

        @Override
        public List<Defect> take(ByteRange range, PackRange fetched) throws IOException, InterruptedException {
            context.progress().addWireBytes(fetched.bytes().remaining());
            List<Defect> defects = new ArrayList<>();
            ChunkDecoder decoder = decoders.acquire();
            try {
                for (ChunkVisit visit : within(range)) {
                    take(visit, range, fetched, decoder)
                            .ifPresent(cause -> defects.add(new Defect(rangeOf(visit), cause)));
                }
            } finally {
                decoders.release(decoder);
            }
            return defects;
        }

        private Optional<IOException> take(ChunkVisit visit, ByteRange range, PackRange fetched, ChunkDecoder decoder)
                throws IOException {
            ByteBuffer bytes = fetched.bytes();
            int start = (int) (visit.chunk().offset() - range.offset());
            int length = visit.chunk().storedBytes();
            if (start + length > bytes.limit()) {
                return fetched.failure();
            }
            return decodeAndWrite(visit, bytes.slice(start, length), decoder);
        }

        @Override
        public void lose(ByteRange part, IOException cause) throws IOException {
            for (ChunkVisit visit : within(part)) {
                giveUp(visit, cause);
            }
        }

        private List<ChunkVisit> within(ByteRange range) {
            return run.stream()
                    .filter(visit -> visit.chunk().offset() >= range.offset()
                            && visit.chunk().end() <= range.end())
                    .toList();
        }
    }

    private static ByteRange rangeOf(ChunkVisit visit) {
        return new ByteRange(visit.chunk().offset(), visit.chunk().storedBytes());
    }

    /** Returns what is wrong with the bytes, if anything is. */
    private Optional<IOException> decodeAndWrite(ChunkVisit visit, ByteBuffer stored, ChunkDecoder decoder)
            throws IOException {
        ByteBuffer raw;
        try {
            raw = verified(visit.chunk(), stored, decoder);
        } catch (DataIntegrityException damaged) {
            return Optional.of(damaged);
        }
        boolean compared = visit.hasLocalData() && visit.coversChunk();
        for (ChunkVisit.Slice slice : visit.slices()) {
            write(slice, raw, compared);
        }
        return Optional.empty();
    }

    private ByteBuffer verified(StoredChunk chunk, ByteBuffer stored, ChunkDecoder decoder) throws IOException {
        if (context.job().verification() == RestoreVerification.CRC32C) {
            ChunkDecoder.requireStoredChecksum(chunk, stored);
            return decoder.decode(chunk, stored);
        }
        ByteBuffer raw = decoder.decode(chunk, stored);
        decoder.requireRawDigest(chunk, raw);
        return raw;
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
        return readLocally(slice, former, present) && present.flip().equals(data);
    }

    private void giveUp(ChunkVisit visit, Exception cause) throws IOException {
        for (ChunkVisit.Slice slice : visit.slices()) {
            slice.file().fail(cause);
            finisher.settle(slice.file());
        }
    }
}
