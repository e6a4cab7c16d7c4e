package io.gpusnapshot.internal.replicate;

import io.gpusnapshot.internal.concurrent.BufferPool;
import io.gpusnapshot.internal.concurrent.StageGroup;
import io.gpusnapshot.internal.format.StoredChunk;
import io.gpusnapshot.internal.format.StoredPack;
import io.gpusnapshot.internal.transfer.PackRange;
import io.gpusnapshot.internal.transfer.PackStore;
import io.gpusnapshot.internal.transfer.ProgressMeter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/** The stages that copy packs, and the queues between them. Room is lent pack by pack, so that none waits half read. */
final class CopyPipeline {
    private final PackStore from;
    private final PackStore to;
    private final Map<String, List<StoredChunk>> chunksByPack;
    private final PackChecker checker;
    private final ProgressMeter progress;
    private final int readers;
    private final int rangeBytes;
    private final BufferPool buffers;
    private final Semaphore room;
    /** Ranges to read; one without a pack is the end. */
    private final BlockingQueue<Optional<RangeTask>> ranges = new ArrayBlockingQueue<>(64);
    /** Whole packs, as many as there is room for; nothing is the end. */
    private final BlockingQueue<Optional<PackContent>> whole = new LinkedBlockingQueue<>();

    private final AtomicInteger unread = new AtomicInteger();

    private record RangeTask(PackContent pack, int index) {}

    CopyPipeline(
            PackStore from,
            PackStore to,
            Map<String, List<StoredChunk>> chunksByPack,
            PackChecker checker,
            CopyPlan plan,
            ProgressMeter progress) {
        this.from = from;
        this.to = to;
        this.chunksByPack = chunksByPack;
        this.checker = checker;
        this.progress = progress;
        this.readers = Math.min(from.maxReaders(), plan.rangesInMemory());
        this.rangeBytes = plan.rangeBytes();
        this.buffers = new BufferPool(plan.rangeBytes(), plan.rangesInMemory());
        this.room = new Semaphore(plan.rangesInMemory(), true);
    }

    /**
     * Copies packs.
     *
     * @throws io.gpusnapshot.error.ObjectNotFoundException if a pack is missing where it comes from
     * @throws io.gpusnapshot.error.DataIntegrityException if it is damaged there, or did not arrive whole
     */
    void run(List<StoredPack> packs) throws IOException {
        if (packs.isEmpty()) {
            return;
        }
        unread.set(packs.size());
        StageGroup stages = new StageGroup("replicate");
        stages.add("planner", 1, () -> plan(packs));
        stages.add("reader", readers, this::read);
        stages.add("writer", Math.min(to.maxWriters(), packs.size()), this::write);
        try (buffers) {
            stages.await();
        }
    }

    private void plan(List<StoredPack> packs) throws InterruptedException {
        for (StoredPack pack : packs) {
            PackContent content = new PackContent(pack, rangeBytes);
            room.acquire(content.rangeCount());
            if (content.rangeCount() == 0) {
                handOver(content);
            }
            for (int i = 0; i < content.rangeCount(); i++) {
                ranges.put(Optional.of(new RangeTask(content, i)));
            }
        }
        for (int i = 0; i < readers; i++) {
            ranges.put(Optional.empty());
        }
    }

    private void read() throws IOException, InterruptedException {
        for (Optional<RangeTask> task = ranges.take(); task.isPresent(); task = ranges.take()) {
            PackContent content = task.get().pack();
            if (content.add(task.get().index(), fetch(content, task.get().index()))) {
                checker.check(content, chunksByPack.getOrDefault(content.pack().key(), List.of()));
                handOver(content);
            }
        }
    }

    private ByteBuffer fetch(PackContent content, int index) throws IOException, InterruptedException {
        PackRange range = from.read(content.pack().key(), content.range(index), buffers);
        progress.addWireBytes(range.bytes().remaining());
        if (range.failure().isPresent()) {
            throw range.failure().get();
        }
        return range.bytes();
    }

    private void handOver(PackContent content) throws InterruptedException {
        whole.put(Optional.of(content));
        if (unread.decrementAndGet() == 0) {
            for (int i = 0; i < to.maxWriters(); i++) {
                whole.put(Optional.empty());
            }
        }
    }

    private void release(PackContent content) {
        for (ByteBuffer buffer : content.buffers()) {
            buffers.release(buffer);
        }
        room.release(content.rangeCount());
    }

    private void write() throws IOException, InterruptedException {
        for (Optional<PackContent> next = whole.take(); next.isPresent(); next = whole.take()) {
            PackContent content = next.get();
            to.put(content.pack().key(), content.content(), () -> release(content));
            progress.addWireBytes(content.pack().storedBytes());
            progress.addEntries(1);
            progress.addBytes(content.pack().storedBytes());
        }
    }
}
