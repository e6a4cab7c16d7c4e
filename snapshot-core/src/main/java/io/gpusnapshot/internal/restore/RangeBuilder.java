package io.gpusnapshot.internal.restore;

import io.gpusnapshot.internal.format.BaseChunks;
import io.gpusnapshot.internal.format.StoredChunk;
import io.gpusnapshot.model.Extent;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gathers the extents of files, as the planner meets them, into visits, and adjacent visits into ranges. */
final class RangeBuilder {
    /** Making a small file costs as much as moving 20 KiB; no worker should get more of them than others. */
    private static final int MAX_RANGE_SLICES = 1024;

    private final List<StoredChunk> chunks;
    private final BaseChunks bases;
    private final RangeLimits limits;
    private final TaskQueue queue;
    private @Nullable ChunkVisit visit;
    private List<ChunkVisit> range = new ArrayList<>();
    private long rangeBytes;
    private int rangeSlices;

    RangeBuilder(List<StoredChunk> chunks, RangeLimits limits, TaskQueue queue) {
        this.chunks = chunks;
        this.bases = BaseChunks.of(chunks);
        this.limits = limits;
        this.queue = queue;
    }

    void add(TargetFile file, Extent extent) throws InterruptedException {
        if (visit == null || !visit.accept(file, extent)) {
            closeVisit();
            StoredChunk chunk = chunks.get(extent.chunk());
            ChunkVisit next = new ChunkVisit(extent.chunk(), chunk, bases.of(chunk));
            next.accept(file, extent);
            visit = next;
        }
    }

    private void closeVisit() throws InterruptedException {
        ChunkVisit closed = visit;
        visit = null;
        if (closed == null) {
            return;
        }
        if (!continuesRange(closed)) {
            closeRange();
        }
        range.add(closed);
        rangeBytes += closed.bytesToFetch();
        rangeSlices += closed.slices().size();
    }

    private boolean continuesRange(ChunkVisit next) {
        return range.isEmpty()
                || (range.get(range.size() - 1).isFollowedBy(next)
                        && rangeSlices < MAX_RANGE_SLICES
                        && rangeBytes + next.bytesToFetch() <= maxBytes(next));
    }

    /** Bases and the differences to them have to be in memory together, so they come as one piece each. */
    private long maxBytes(ChunkVisit next) {
        return next.baseToFetch().isPresent() ? limits.pieceBytes() : limits.rangeBytes();
    }

    private void closeRange() throws InterruptedException {
        if (!range.isEmpty()) {
            queue.put(new RestoreTask.Range(range));
            range = new ArrayList<>();
            rangeBytes = 0;
            rangeSlices = 0;
        }
    }

    /** Hands over what is gathered. */
    void flush() throws InterruptedException {
        closeVisit();
        closeRange();
    }
}
