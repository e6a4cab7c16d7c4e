package io.gpusnapshot.internal.create;

import io.gpusnapshot.internal.chunk.ChunkEncoder;
import io.gpusnapshot.internal.chunk.DecoderPool;
import io.gpusnapshot.internal.chunk.PackWriter;
import io.gpusnapshot.internal.concurrent.BufferPool;
import io.gpusnapshot.internal.concurrent.StageGroup;
import io.gpusnapshot.internal.format.ManifestWriter;
import io.gpusnapshot.internal.scan.ScanSink;
import io.gpusnapshot.internal.scan.ScannedEntry;
import io.gpusnapshot.internal.scan.WorkspaceScanner;
import io.gpusnapshot.model.RawPath;
import io.gpusnapshot.model.SnapshotWarning;
import io.gpusnapshot.storage.ContentSource;
import io.gpusnapshot.storage.ContentSources;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;

/** The stages of one create, and the queues between them. All queues are bounded, and so is all room for content. */
final class CreatePipeline {
    /** As large as most chunks, so that buffers of creates and of restores serve each other's jobs. */
    private static final int SEGMENT_BYTES = 4 << 20;
    /** What the JDK and the store take of the memory to copy through. */
    private static final int OTHER_BUFFERS_BYTES = 4 << 20;
    /** Handing entries over one by one costs a thread switch for each. */
    private static final int MAX_HANDED_OVER = 256;
    /** With that much to read the next stage should not wait for more entries. */
    private static final long MAX_HANDED_OVER_BYTES = 4 << 20;
    /** Smaller ones cost more round trips, larger ones more memory for as many at once (docs/performance.md). */
    private static final int PACK_BYTES = 32 << 20;
    /**
     * A pack costs four round trips, during most of which nothing of it flows. Where a round trip takes 60 ms over a link of
     * 2.5 Gbit/s, six at once leave it idle for a tenth of the time, and more than eight bring nothing (the creates over
     * slow ways in docs/performance.md). Where memory has no room for so many large ones, they are smaller.
     */
    private static final int PACKS_AT_ONCE = 8;
    /** As many reads as keep a link busy whose round trip takes as long as a chunk. */
    private static final int MAX_FETCHERS = 8;

    private final CreateContext context;
    private final CreateResources resources;
    private final int parentChunkBytes;
    private final CreateCounters counters = new CreateCounters();
    /** Entries in walk order; an empty list is the end. */
    private final BlockingQueue<List<ScannedEntry>> found = new ArrayBlockingQueue<>(64);

    private final BlockingQueue<Planner.WorkerTask> tasks = new ArrayBlockingQueue<>(64);
    private final BlockingQueue<Step> steps = new ArrayBlockingQueue<>(64);
    private final BlockingQueue<Optional<FullPack>> fullPacks = new ArrayBlockingQueue<>(1);
    private final long halfOfMemory;
    private final BufferPool segments;
    private final int workers;
    /** Gives back the room for content beside the segments. */
    private final List<Runnable> releases = new CopyOnWriteArrayList<>();

    private volatile int chunkBytes;

    private record FullPack(String key, List<ByteBuffer> buffers) {}

    /**
     * @param parentChunkBytes chunk size of the parent, which this snapshot must share to find its chunks again; 0 if
     *     there is none
     */
    CreatePipeline(CreateContext context, CreateResources resources, int parentChunkBytes) {
        this.context = context;
        this.resources = resources;
        this.parentChunkBytes = parentChunkBytes;
        this.halfOfMemory = (resources.memoryBytes() - OTHER_BUFFERS_BYTES) / 2;
        int largestPackBytes = Math.max(PACK_BYTES, context.job().packBytes().orElse(PACK_BYTES));
        this.segments = new BufferPool(SEGMENT_BYTES, segmentCount(halfOfMemory, largestPackBytes));
        this.workers = resources.workers() + fetchers();
    }

    private boolean wantsDelta() {
        return context.job().delta() && context.parent() != null;
    }

    /** Workers that wait for the store while the others work. */
    private int fetchers() {
        return wantsDelta() ? Math.min(MAX_FETCHERS, context.packs().maxReaders()) : 0;
    }

    /** As many as there is room for, but not more than are of use. */
    private static int segmentCount(long affordableBytes, int packBytes) {
        return (int) (Math.min(affordableBytes, (long) PACKS_AT_ONCE * packBytes) / SEGMENT_BYTES);
    }

    CreateCounters counters() {
        return counters;
    }

    int chunkBytes() {
        return chunkBytes;
    }

    void run(ManifestWriter.EntryLines lines) throws IOException {
        StageGroup stages = new StageGroup("create");
        stages.add("scanner", 1, this::scan);
        stages.add("planner", 1, this::plan);
        stages.add("worker", workers, this::work);
        stages.add("assembler", 1, () -> assemble(lines));
        stages.add("uploader", resources.uploaders(), this::upload);
        try {
            stages.await();
            context.packs().endPuts();
        } finally {
            context.files().closeAll();
            segments.close();
            releases.forEach(Runnable::run);
        }
    }

    private BufferPool newPool(int count) {
        BufferPool pool = new BufferPool(chunkBytes, count);
        releases.add(pool::close);
        return pool;
    }

    private void scan() throws IOException, InterruptedException {
        Sink sink = new Sink();
        new WorkspaceScanner(context.job().workspace(), context.job().scan(), sink).scan();
        sink.handOver();
        context.progress().expect(sink.entries, sink.bytes);
        found.put(List.of());
    }

    /** Passes entries on and adds up what there is to do. */
    private final class Sink implements ScanSink {
        private long entries;
        private long bytes;
        private List<ScannedEntry> pending = new ArrayList<>();
        private long pendingBytes;

        @Override
        public void found(ScannedEntry entry) throws InterruptedException {
            entries++;
            pending.add(entry);
            if (entry.attributes().isRegularFile()) {
                bytes += entry.attributes().sizeBytes();
                pendingBytes += entry.attributes().sizeBytes();
            }
            if (pending.size() == MAX_HANDED_OVER || pendingBytes >= MAX_HANDED_OVER_BYTES) {
                handOver();
            }
        }

        void handOver() throws InterruptedException {
            if (!pending.isEmpty()) {
                found.put(pending);
                pending = new ArrayList<>(MAX_HANDED_OVER);
                pendingBytes = 0;
            }
        }

        @Override
        public void skipped(RawPath path, String reason) {
            counters.filesSkipped.increment();
            context.progress().warn(path, reason);
        }
    }

    private void plan() throws IOException, InterruptedException {
        List<List<ScannedEntry>> first = lookAhead();
        chunkBytes = chooseChunkBytes(first);
        Optional<BaseFetcher> bases = baseFetcher();
        BufferPool pool = newPool(2 * chunksInFlight(bases.isPresent()));
        Planner planner = new Planner(context, chunkBytes, pool, bases, tasks, steps);
        for (List<ScannedEntry> entries : first) {
            planAll(planner, entries);
        }
        if (!isComplete(first)) {
            planRest(planner);
        }
        planner.finish();
        for (int i = 0; i < workers; i++) {
            tasks.put(NO_MORE_TASKS);
        }
    }

    private void planRest(Planner planner) throws IOException, InterruptedException {
        for (List<ScannedEntry> next = found.take(); !next.isEmpty(); next = found.take()) {
            planAll(planner, next);
        }
    }

    private static void planAll(Planner planner, List<ScannedEntry> entries) throws IOException, InterruptedException {
        for (ScannedEntry entry : entries) {
            planner.plan(entry);
        }
    }

    /** What was found first, with the end mark if that is everything. */
    private List<List<ScannedEntry>> lookAhead() throws InterruptedException {
        List<List<ScannedEntry>> first = new ArrayList<>();
        boolean needed = parentChunkBytes == 0 && context.job().chunkBytes().isEmpty();
        int entries = 0;
        while (needed && entries < ChunkSizes.LOOKAHEAD_ENTRIES && !isComplete(first)) {
            first.add(found.take());
            entries += first.get(first.size() - 1).size();
        }
        return first;
    }

    private static boolean isComplete(List<List<ScannedEntry>> found) {
        return !found.isEmpty() && found.get(found.size() - 1).isEmpty();
    }

    private int chooseChunkBytes(List<List<ScannedEntry>> first) {
        if (context.job().chunkBytes().isPresent()) {
            return context.job().chunkBytes().getAsInt();
        }
        if (parentChunkBytes > 0) {
            return parentChunkBytes;
        }
        long bytes = first.stream()
                .flatMap(List::stream)
                .filter(entry -> entry.attributes().isRegularFile())
                .mapToLong(entry -> entry.attributes().sizeBytes())
                .sum();
        return ChunkSizes.forWorkspace(bytes, isComplete(first));
    }

    /** Enough to keep every worker busy while results wait for their turn, within half of the memory. */
    private int chunksInFlight(boolean delta) {
        return (int) Math.max(1, Math.min(workers + 2, affordableChunks(delta)));
    }

    /** Each takes room to read and to encode it and, for a difference, to fetch its base; beside that bases are decoded. */
    private long affordableChunks(boolean delta) {
        long room = halfOfMemory - FileCutter.windowBytes(context.job().chunking(), chunkBytes);
        return delta ? (room - (long) resources.workers() * chunkBytes) / (3L * chunkBytes) : room / (2L * chunkBytes);
    }

    private Optional<BaseFetcher> baseFetcher() {
        if (!wantsDelta()) {
            return Optional.empty();
        }
        if (affordableChunks(true) < 1) {
            context.progress()
                    .warn(new SnapshotWarning(
                            "", "what is new is stored whole, since the memory has no room for the parent's chunks"));
            return Optional.empty();
        }
        DecoderPool decoders = new DecoderPool(context.codecs(), chunkBytes, resources.workers());
        releases.add(decoders::close);
        return Optional.of(new BaseFetcher(
                context.packs(), newPool(chunksInFlight(true)), decoders, context.progress(), counters.bytesFetched));
    }

    private static final Planner.WorkerTask NO_MORE_TASKS = encoder -> {};

    private void work() throws InterruptedException {
        ChunkEncoder encoder = new ChunkEncoder(context.job().codecs(), context.catalog()::isKnown);
        for (Planner.WorkerTask task = tasks.take(); task != NO_MORE_TASKS; task = tasks.take()) {
            task.run(encoder);
        }
    }

    private void assemble(ManifestWriter.EntryLines lines)
            throws IOException, InterruptedException, ExecutionException {
        PackWriter packs = new PackWriter(
                context.job().id(),
                segments,
                context.job().packBytes().orElseGet(this::defaultPackBytes),
                new PackQueue());
        new Assembler(context, packs, lines, counters).run(steps);
        for (int i = 0; i < resources.uploaders(); i++) {
            fullPacks.put(Optional.empty());
        }
    }

    /** Passes packs on to who uploads them. */
    private final class PackQueue implements PackWriter.PackSink {
        @Override
        public void expect(String key, long maxBytes) {
            context.packs().preparePut(key, maxBytes);
        }

        @Override
        public void accept(String key, List<ByteBuffer> buffers) throws InterruptedException {
            fullPacks.put(Optional.of(new FullPack(key, buffers)));
        }
    }

    private int defaultPackBytes() {
        return (int) Math.min(PACK_BYTES, segments.totalBytes() / PACKS_AT_ONCE);
    }

    private void upload() throws IOException, InterruptedException {
        for (Optional<FullPack> next = fullPacks.take(); next.isPresent(); next = fullPacks.take()) {
            FullPack pack = next.get();
            ContentSource content = ContentSources.of(pack.buffers().toArray(ByteBuffer[]::new));
            Runnable release = () -> pack.buffers().forEach(segments::release);
            context.catalog().addPack(context.packs().put(pack.key(), content, release));
            context.progress().addWireBytes(content.length());
        }
    }
}
