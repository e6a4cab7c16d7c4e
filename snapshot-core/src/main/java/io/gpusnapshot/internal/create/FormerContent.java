package io.gpusnapshot.internal.create;

import io.gpusnapshot.internal.chunk.ChunkCatalog;
import io.gpusnapshot.internal.chunk.ChunkEncoder;
import io.gpusnapshot.internal.chunk.EncodedChunk;
import io.gpusnapshot.internal.format.ChunkId;
import io.gpusnapshot.internal.format.StoredChunk;
import io.gpusnapshot.model.Extent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What the parent has of one file: bases for what stands in the same places now. Where differences turn out not to pay, it
 * fetches fewer and fewer, so which chunks are stored so may depend on which worker was faster. Thread-safe.
 */
final class FormerContent {
    /** At worst one piece of 2 to the power of so many is tried. */
    private static final int MAX_VAIN = 6;

    private final List<Extent> extents;
    private final ParentSnapshot parent;
    private final ChunkCatalog catalog;
    private final BaseFetcher fetcher;
    private final AtomicInteger met = new AtomicInteger();
    private final AtomicInteger vain = new AtomicInteger();

    /**
     * @param extents of the parent's file
     */
    FormerContent(List<Extent> extents, ParentSnapshot parent, ChunkCatalog catalog, BaseFetcher fetcher) {
        this.extents = extents;
        this.parent = parent;
        this.catalog = catalog;
        this.fetcher = fetcher;
    }

    /** Encodes what is at an offset of the file now, in whichever form takes less. */
    EncodedChunk encode(long offset, ByteBuffer raw, ByteBuffer scratch, ChunkEncoder encoder)
            throws IOException, InterruptedException {
        ChunkId id = encoder.name(raw);
        Optional<StoredChunk> base = encoder.isKnown(id) ? Optional.empty() : base(offset, raw.remaining());
        if (base.isEmpty() || !isHopeful()) {
            return encoder.encode(id, raw, scratch);
        }
        Optional<EncodedChunk> difference = fetcher.encodeDifference(id, raw, base.get(), scratch, encoder);
        vain.updateAndGet(before -> difference.isPresent() ? 0 : Math.min(MAX_VAIN, before + 1));
        return difference.orElseGet(() -> encoder.encode(id, raw, scratch));
    }

    private boolean isHopeful() {
        return met.getAndIncrement() % (1 << vain.get()) == 0;
    }

    /** The chunk that was the same run of the file. If it is stored as a difference itself, its base serves as well. */
    private Optional<StoredChunk> base(long offset, int length) {
        return extent(offset)
                .filter(extent -> extent.chunkOffset() == 0 && extent.length() == length)
                .map(extent -> parent.chunk(extent.chunk()))
                .flatMap(chunk -> catalog.find(chunk.base().orElse(chunk.id())))
                .filter(chunk -> chunk.base().isEmpty() && chunk.rawBytes() == length);
    }

    /** The extent that begins at an offset, if any does. */
    private Optional<Extent> extent(long offset) {
        int low = 0;
        int high = extents.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            long start = extents.get(middle).fileOffset();
            if (start == offset) {
                return Optional.of(extents.get(middle));
            } else if (start < offset) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return Optional.empty();
    }
}
