package io.gpusnapshot.internal.restore;

import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.internal.chunk.ChunkDecoder;
import io.gpusnapshot.internal.chunk.DecoderPool;
import io.gpusnapshot.internal.chunk.ZeroScanKernel;
import io.gpusnapshot.internal.format.ChunkId;
import io.gpusnapshot.internal.format.StoredChunk;
import io.gpusnapshot.model.Extent;
import io.gpusnapshot.model.RestoreVerification;
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
    private final RunFetcher fetcher;
    private final DecoderPool decoders;

    RestoreWorker(RestoreContext context, FileFinisher finisher, RunFetcher fetcher, DecoderPool decoders) {
        this.context = context;
        this.finisher = finisher;
        this.fetcher = fetcher;
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
            while (end < missing.size() && missing.get(end - 1).isFollowedBy(missing.get(end))) {
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
        try (FetchedRun fetched = fetcher.fetch(run)) {
            ChunkDecoder decoder = decoders.acquire();
            try {
                for (ChunkVisit visit : run) {
                    decodeAndWrite(visit, fetched, decoder);
                }
            } finally {
                decoders.release(decoder);
            }
        }
    }

    private void decodeAndWrite(ChunkVisit visit, FetchedRun fetched, ChunkDecoder decoder) throws IOException {
        Optional<IOException> failure = fetched.failure(visit);
        if (failure.isPresent()) {
            giveUp(visit, failure.get());
            return;
        }
        ByteBuffer raw;
        try {
            raw = verified(visit, fetched, decoder);
        } catch (DataIntegrityException damaged) {
            giveUp(visit, damaged);
            return;
        }
        boolean compared = visit.hasLocalData() && visit.coversChunk();
        for (ChunkVisit.Slice slice : visit.slices()) {
            write(slice, raw, compared);
        }
    }

    private ByteBuffer verified(ChunkVisit visit, FetchedRun fetched, ChunkDecoder decoder) throws IOException {
        boolean quick = context.job().verification() == RestoreVerification.CRC32C;
        // The digest of what a difference leads to would not tell whether it or its base is damaged.
        if (quick || visit.base().isPresent()) {
            fetched.requireChecksums(visit);
        }
        ByteBuffer raw = decode(visit, fetched, decoder);
        // Nothing else vouches for a base that has just been read from the target.
        if (!quick || visit.hasLocalBase()) {
            decoder.requireRawDigest(visit.chunk(), raw);
        }
        return raw;
    }

    private static ByteBuffer decode(ChunkVisit visit, FetchedRun fetched, ChunkDecoder decoder) throws IOException {
        StoredChunk chunk = visit.chunk();
        ByteBuffer stored = fetched.stored(visit);
        if (visit.base().isEmpty()) {
            return decoder.decode(chunk, stored);
        }
        if (!visit.hasLocalBase()) {
            return decoder.decodeDifference(chunk, stored, visit.base().get(), fetched.storedBase(visit));
        }
        ByteBuffer base = decoder.baseScratch();
        for (ChunkVisit.Slice slice : visit.slices()) {
            // A file that is shorter than it was leaves the base too short, which is noticed.
            readLocally(slice, slice.file().formerFile(), base);
        }
        return decoder.applyDifference(chunk, stored, base.flip());
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
