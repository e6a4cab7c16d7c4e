package io.gpusnapshot.internal.create;

import io.gpusnapshot.internal.chunk.ChunkCatalog;
import io.gpusnapshot.internal.chunk.ChunkEncoder;
import io.gpusnapshot.internal.concurrent.BufferPool;
import io.gpusnapshot.internal.format.ChunkId;
import io.gpusnapshot.internal.posix.PosixCalls;
import io.gpusnapshot.internal.posix.UnixAttributes;
import io.gpusnapshot.internal.scan.ScannedEntry;
import io.gpusnapshot.model.Extent;
import io.gpusnapshot.model.FileContent;
import io.gpusnapshot.model.WorkspaceEntry;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * Turns entries into tasks for the workers and, in the same order, into steps for the assembler. Belongs to one thread.
 */
final class Planner {
    /** Enough entries for a good chunk, few enough that several workers share 100,000 tiny files. */
    private static final int MAX_BATCH_ENTRIES = 2048;
    /** Larger files get chunks of their own. */
    private static final int MAX_SMALL_BYTES = 1 << 20;

    private final int chunkBytes;
    private final BufferPool pool;
    private final PosixCalls posix;
    private final FileCutter cutter;
    private final EntryFactory entries;
    private final OpenFiles files;
    private final @Nullable ParentSnapshot parent;
    private final ChunkCatalog catalog;
    private final Optional<BaseFetcher> bases;
    private final BlockingQueue<WorkerTask> tasks;
    private final BlockingQueue<Step> steps;
    private final Map<InodeKey, LinkGroup> linkGroups = new HashMap<>();
    private List<BatchItem> batch = new ArrayList<>();
    private long batchBytes;
    private boolean batchReads;
    private long nextLinkGroup = 1;

    /** Something for a worker to run with its own encoder. */
    interface WorkerTask {
        void run(ChunkEncoder encoder);
    }

    private record InodeKey(long device, long inode) {}

    /** The names of one file: its number, and how many of them are still to come. */
    private static final class LinkGroup {
        final long number;
        int namesToCome;

        LinkGroup(long number, int namesToCome) {
            this.number = number;
            this.namesToCome = namesToCome;
        }
    }

    /**
     * @param pool room for chunks
     * @param bases where the parent's chunks come from, if what is new may be stored as differences to them
     */
    Planner(
            CreateContext context,
            int chunkBytes,
            BufferPool pool,
            Optional<BaseFetcher> bases,
            BlockingQueue<WorkerTask> tasks,
            BlockingQueue<Step> steps) {
        this.chunkBytes = chunkBytes;
        this.pool = pool;
        this.posix = context.posix();
        this.cutter = new FileCutter(posix, context.job().chunking(), chunkBytes, context.parent());
        this.entries = context.entries();
        this.files = context.files();
        this.parent = context.parent();
        this.catalog = context.catalog();
        this.bases = bases;
        this.tasks = tasks;
        this.steps = steps;
    }

    void plan(ScannedEntry scanned) throws IOException, InterruptedException {
        UnixAttributes attributes = scanned.attributes();
        if (!attributes.isRegularFile()) {
            add(new PlannedEntry(scanned, PlannedEntry.Plan.METADATA, OptionalLong.empty()));
            return;
        }
        OptionalLong linkGroup = OptionalLong.empty();
        if (attributes.linkCount() > 1) {
            InodeKey key = new InodeKey(attributes.device(), attributes.inode());
            LinkGroup known = linkGroups.get(key);
            if (known != null) {
                if (--known.namesToCome == 0) {
                    linkGroups.remove(key);
                }
                add(new PlannedEntry(scanned, PlannedEntry.Plan.HARD_LINK, OptionalLong.of(known.number)));
                return;
            }
            linkGroup = OptionalLong.of(nextLinkGroup++);
            linkGroups.put(key, new LinkGroup(linkGroup.getAsLong(), attributes.linkCount() - 1));
        }
        planFirstName(scanned, linkGroup);
    }

    private void planFirstName(ScannedEntry scanned, OptionalLong linkGroup) throws IOException, InterruptedException {
        Optional<WorkspaceEntry> former = parent == null ? Optional.empty() : parent.entry(scanned.path());
        Optional<WorkspaceEntry> unchanged =
                former.filter(entry -> ParentSnapshot.isUnchanged(entry, scanned.attributes()));
        long size = scanned.attributes().sizeBytes();
        if (unchanged.isPresent()) {
            add(reuse(unchanged.get(), linkGroup));
        } else if (size == 0) {
            add(new PlannedEntry(scanned, PlannedEntry.Plan.METADATA, linkGroup));
        } else if (size <= Math.min(MAX_SMALL_BYTES, chunkBytes / 4)) {
            planSmall(scanned, linkGroup);
        } else {
            planLarge(new LargeFile(scanned, scanned.attributes(), linkGroup, chunkBytes), former);
        }
    }

    private Draft reuse(WorkspaceEntry entry, OptionalLong linkGroup) {
        ParentSnapshot source = Objects.requireNonNull(parent);
        FileContent content = entry.content();
        List<ChunkId> chunks = new ArrayList<>(content.extents().size());
        for (Extent extent : content.extents()) {
            chunks.add(source.chunkId(extent.chunk()));
        }
        FileContent renumbered = new FileContent(content.sizeBytes(), content.extents(), linkGroup, false);
        return new Draft.Unchanged(entry.withContent(renumbered), chunks);
    }

    private void planSmall(ScannedEntry scanned, OptionalLong linkGroup) throws IOException, InterruptedException {
        long size = scanned.attributes().sizeBytes();
        if (batchBytes + size > chunkBytes) {
            flush();
        }
        batchBytes += size;
        batchReads = true;
        add(new PlannedEntry(scanned, PlannedEntry.Plan.READ, linkGroup));
    }

    private void add(BatchItem item) throws InterruptedException {
        batch.add(item);
        if (batch.size() >= MAX_BATCH_ENTRIES) {
            flush();
        }
    }

    private void flush() throws InterruptedException {
        if (batch.isEmpty()) {
            return;
        }
        Optional<WorkBuffers> buffers = batchReads ? Optional.of(WorkBuffers.acquire(pool)) : Optional.empty();
        BatchTask task = new BatchTask(batch, buffers, posix);
        batch = new ArrayList<>();
        batchBytes = 0;
        batchReads = false;
        steps.put(new Step.Batch(submit(encoder -> task.run(entries, encoder))));
    }

    private Optional<FormerContent> content(WorkspaceEntry former) {
        List<Extent> extents = former.content().extents();
        return bases.filter(fetcher -> !extents.isEmpty())
                .map(fetcher -> new FormerContent(extents, Objects.requireNonNull(parent), catalog, fetcher));
    }

    private void planLarge(LargeFile file, Optional<WorkspaceEntry> former) throws IOException, InterruptedException {
        flush();
        try (PieceSource pieces = cutter.cut(file, former)) {
            files.add(file);
            planPieces(file, pieces, former.flatMap(this::content));
        } catch (ClosedByInterruptException cancelled) {
            throw cancelled;
        } catch (IOException unreadable) {
            steps.put(new Step.Unreadable(new Draft.Skipped(file.scanned().path(), Failures.reason(unreadable))));
        }
    }

    private void planPieces(LargeFile file, PieceSource pieces, Optional<FormerContent> former)
            throws IOException, InterruptedException {
        for (Optional<LargeFile.Piece> next = pieces.next(); next.isPresent(); next = pieces.next()) {
            LargeFile.Piece piece = next.get();
            WorkBuffers buffers = WorkBuffers.acquire(pool);
            steps.put(new Step.FilePiece(
                    file, piece, submit(encoder -> file.read(piece, buffers, encoder, former)), buffers));
        }
        steps.put(new Step.FileEnd(file));
    }

    private <T> FutureTask<T> submit(EncodingTask<T> task) throws InterruptedException {
        EncoderBinding<T> binding = new EncoderBinding<>(task);
        tasks.put(binding);
        return binding.future;
    }

    void finish() throws IOException, InterruptedException {
        flush();
        if (parent != null) {
            parent.requireWhole();
        }
        steps.put(new Step.End());
    }

    private interface EncodingTask<T> {
        T run(ChunkEncoder encoder) throws IOException, InterruptedException;
    }

    /** Joins a task with the encoder of whichever worker runs it. */
    private static final class EncoderBinding<T> implements WorkerTask {
        private final FutureTask<T> future;
        private @Nullable ChunkEncoder encoder;

        EncoderBinding(EncodingTask<T> task) {
            future = new FutureTask<>(() -> task.run(Objects.requireNonNull(encoder)));
        }

        @Override
        public void run(ChunkEncoder workerEncoder) {
            encoder = workerEncoder;
            future.run();
        }
    }
}
