package io.gpusnapshot.internal.restore;

import io.gpusnapshot.internal.format.StoredChunk;
import io.gpusnapshot.model.Extent;
import java.util.ArrayList;
import java.util.List;

/** A chunk that is needed, and the extents that its bytes are needed for. */
final class ChunkVisit {
    private static final int MAX_SLICES = 8192;

    private final int index;
    private final StoredChunk chunk;
    private final List<Slice> slices = new ArrayList<>(1);

    /** A part of a chunk that goes into a file. */
    record Slice(TargetFile file, Extent extent) {}

    ChunkVisit(int index, StoredChunk chunk) {
        this.index = index;
        this.chunk = chunk;
    }

    StoredChunk chunk() {
        return chunk;
    }

    List<Slice> slices() {
        return slices;
    }

    /** Adds a slice, unless it is of another chunk or there are enough. */
    boolean accept(TargetFile file, Extent extent) {
        return extent.chunk() == index && slices.size() < MAX_SLICES && slices.add(new Slice(file, extent));
    }

    boolean hasLocalData() {
        return slices.stream().allMatch(slice -> slice.file().hasLocalData());
    }

    /** Whether the slices, one behind the other, are the whole chunk, so that its digest can be computed from them. */
    boolean coversChunk() {
        int end = 0;
        for (Slice slice : slices) {
            if (slice.extent().chunkOffset() != end) {
                return false;
            }
            end += slice.extent().length();
        }
        return end == chunk.rawBytes();
    }
}
