package io.gpusnapshot.internal.create;

import io.gpusnapshot.internal.chunk.ChunkCatalog;
import io.gpusnapshot.internal.chunk.ChunkEncoder;
import io.gpusnapshot.internal.chunk.EncodedChunk;
import io.gpusnapshot.internal.chunk.PackWriter;
import io.gpusnapshot.internal.concurrent.BufferPool;
import io.gpusnapshot.internal.format.ChunkId;
import io.gpusnapshot.internal.format.ManifestWriter;
import io.gpusnapshot.internal.posix.UnixAttributes;
import io.gpusnapshot.model.EntryType;
import io.gpusnapshot.model.Extent;
import io.gpusnapshot.model.FileContent;
import io.gpusnapshot.model.RawPath;
import io.gpusnapshot.model.WorkspaceEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;

/**
 * Takes results in walk order: lays chunks into packs, finds their places, writes entry lines. One thread does all this,
 * so the repository's content does not depend on how fast which worker was.
 */
final class Assembler {
    private final CreateContext context;
    private final ChunkCatalog catalog;
    private final PackWriter packs;
    private final ManifestWriter.EntryLines lines;
    private final CreateCounters counters;
    private final Map<Long, FileContent> linkedContent = new HashMap<>();
    private List<PendingExtent> extents = new ArrayList<>();
    private long pieceBytes;
    private Optional<String> unreadable = Optional.empty();
    private boolean shortened;

    /** A run of a large file whose chunk is stored, but which no entry refers to yet. */
    private record PendingExtent(long fileOffset, ChunkId chunk, int length) {}

    Assembler(CreateContext context, PackWriter packs, ManifestWriter.EntryLines lines, CreateCounters counters) {
        this.context = context;
        this.catalog = context.catalog();
        this.packs = packs;
        this.lines = lines;
        this.counters = counters;
    }

    /** Takes steps until the last one. */
    void run(BlockingQueue<Step> steps) throws IOException, InterruptedException, ExecutionException {
        while (true) {
            Step step = steps.take();
            if (step instanceof Step.End) {
                packs.finish();
                return;
            }
            take(step);
        }
    }

    private void take(Step step) throws IOException, InterruptedException, ExecutionException {
        if (step instanceof Step.Batch batch) {
            takeBatch(batch.result().get());
        } else if (step instanceof Step.FilePiece piece) {
            takePiece(piece.piece(), piece.result().get());
            piece.buffers().release();
        } else if (step instanceof Step.FileEnd end) {
            endFile(end.file());
        } else if (step instanceof Step.Unreadable skipped) {
            skip(skipped.draft().path(), skipped.draft().reason());
        }
    }

    private void takeBatch(BatchTask.Result result) throws IOException, InterruptedException {
        int sharedChunk = -1;
        if (result.chunk().isPresent()) {
            EncodedChunk chunk = result.chunk().get();
            store(chunk);
            sharedChunk = catalog.reference(chunk.id());
        }
        result.buffers().ifPresent(WorkBuffers::release);
        counters.bytesRead += result.bytesRead();
        for (Draft draft : result.drafts()) {
            takeDraft(draft, sharedChunk);
        }
        context.progress().addEntries(result.drafts().size());
        context.progress().addBytes(result.bytesRead());
    }

    private void takeDraft(Draft draft, int sharedChunk) throws IOException {
        if (draft instanceof Draft.Plain plain) {
            write(plain.entry());
        } else if (draft instanceof Draft.InSharedChunk small) {
            FileContent content = small.entry().content();
            Extent extent = new Extent(0, sharedChunk, small.chunkOffset(), (int) content.sizeBytes());
            writeFile(small.entry(), List.of(extent));
        } else if (draft instanceof Draft.Unchanged unchanged) {
            counters.filesUnchanged++;
            counters.bytesReused += unchanged.entry().content().sizeBytes();
            context.progress().addBytes(unchanged.entry().content().sizeBytes());
            write(unchanged.entry().withContent(unchanged.relocated(catalog::reference)));
        } else if (draft instanceof Draft.HardLink link) {
            takeHardLink(link.entry());
        } else if (draft instanceof Draft.Skipped skipped) {
            skip(skipped.path(), skipped.reason());
        }
    }

    private void takeHardLink(WorkspaceEntry entry) throws IOException {
        FileContent content = linkedContent.get(entry.content().linkGroup().orElseThrow());
        if (content == null) {
            skip(entry.path(), "another name of a file that could not be read");
        } else {
            counters.files++;
            context.progress().addBytes(content.sizeBytes());
            lines.write(entry.withContent(content));
        }
    }

    private void writeFile(WorkspaceEntry entry, List<Extent> found) throws IOException {
        FileContent draft = entry.content();
        FileContent content = new FileContent(draft.sizeBytes(), found, draft.linkGroup(), draft.changedWhileRead());
        if (content.changedWhileRead()) {
            counters.filesSkipped.increment();
            context.progress().warn(entry.path(), "changed while it was read; its content may mix two states");
        }
        write(entry.withContent(content));
    }

    private void write(WorkspaceEntry entry) throws IOException {
        FileContent content = entry.content();
        if (content.linkGroup().isPresent()) {
            linkedContent.put(content.linkGroup().getAsLong(), content);
        }
        if (entry.type() == EntryType.FILE) {
            counters.files++;
            counters.bytes += content.sizeBytes();
        } else if (entry.type() == EntryType.DIRECTORY) {
            counters.directories++;
        } else {
            counters.symlinks++;
        }
        lines.write(entry);
    }

    private void skip(RawPath path, String reason) {
        counters.filesSkipped.increment();
        context.progress().warn(path, reason);
    }

    private void store(EncodedChunk chunk) throws IOException, InterruptedException {
        Optional<ByteBuffer> stored = chunk.stored();
        if (stored.isEmpty() || catalog.isKnown(chunk.id())) {
            counters.bytesReused += chunk.rawBytes();
        } else {
            counters.newStoredBytes += stored.get().remaining();
            catalog.add(packs.append(chunk, stored.get()));
        }
    }

    private void takePiece(LargeFile.Piece piece, LargeFile.PieceResult result)
            throws IOException, InterruptedException {
        pieceBytes += piece.length();
        context.progress().addBytes(piece.length());
        if (result instanceof LargeFile.PieceResult.Chunk read) {
            store(read.chunk());
            extents.add(new PendingExtent(piece.offset(), read.chunk().id(), read.length()));
            shortened |= read.length() < piece.length();
            counters.bytesRead += read.length();
        } else if (result instanceof LargeFile.PieceResult.EndOfFile) {
            shortened = true;
        } else if (result instanceof LargeFile.PieceResult.Unreadable failed) {
            unreadable = Optional.of(failed.reason());
        }
    }

    /** Writes the file's entry, after reading the file again if it has changed meanwhile. */
    private void endFile(LargeFile first) throws IOException, InterruptedException {
        context.files().close(first);
        LargeFile file = first;
        boolean stable = false;
        for (int attempt = 1; unreadable.isEmpty(); attempt++) {
            Optional<UnixAttributes> now = stateAfter(file);
            stable = now.isEmpty() && !shortened;
            if (stable || attempt == BatchTask.MAX_ATTEMPTS || unreadable.isPresent()) {
                break;
            }
            resetFile();
            file = file.again(now.orElse(file.attributes()));
            readAgain(file);
        }
        context.progress().addEntries(1);
        context.progress().addBytes(Math.max(0, first.attributes().sizeBytes() - pieceBytes));
        if (unreadable.isPresent()) {
            skip(file.scanned().path(), unreadable.get());
        } else {
            writeLarge(file, !stable);
        }
        resetFile();
        pieceBytes = 0;
    }

    private Optional<UnixAttributes> stateAfter(LargeFile file) {
        try {
            return file.changedTo();
        } catch (IOException gone) {
            unreadable = Optional.of(Failures.reason(gone));
            return Optional.empty();
        }
    }

    private void writeLarge(LargeFile file, boolean changed) throws IOException {
        long size = file.attributes().sizeBytes();
        if (shortened) {
            PendingExtent last = extents.isEmpty() ? null : extents.get(extents.size() - 1);
            size = last == null ? 0 : last.fileOffset() + last.length();
        }
        List<Extent> placed = extents.stream()
                .map(run -> new Extent(run.fileOffset(), catalog.reference(run.chunk()), 0, run.length()))
                .toList();
        FileContent content = new FileContent(size, List.of(), file.linkGroup(), changed);
        writeFile(context.entries().create(file.scanned(), file.attributes(), content), placed);
    }

    private void resetFile() {
        extents = new ArrayList<>();
        unreadable = Optional.empty();
        shortened = false;
    }

    /** The slow way, on this thread: a file that changes under our eyes is rare. */
    private void readAgain(LargeFile file) throws IOException, InterruptedException {
        ChunkEncoder encoder = new ChunkEncoder(context.job().codecs(), catalog::isKnown);
        WorkBuffers buffers = WorkBuffers.acquire(new BufferPool(file.chunkBytes(), 2));
        try (file) {
            for (LargeFile.Piece piece : file.pieces(context.posix())) {
                takePiece(piece, file.read(piece, buffers, encoder, Optional.empty()));
            }
        } catch (NoSuchFileException gone) {
            unreadable = Optional.of(Failures.reason(gone));
        }
    }
}
