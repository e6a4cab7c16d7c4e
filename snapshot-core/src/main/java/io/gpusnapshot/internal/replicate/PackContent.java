package io.gpusnapshot.internal.replicate;

import io.gpusnapshot.internal.format.StoredPack;
import io.gpusnapshot.storage.ByteRange;
import io.gpusnapshot.storage.ContentSource;
import io.gpusnapshot.storage.ContentSources;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** The bytes of one pack, range by range; any thread may add one. */
final class PackContent {
    private final StoredPack pack;
    private final int rangeBytes;
    private final AtomicReferenceArray<ByteBuffer> ranges;
    private final AtomicInteger missing;

    PackContent(StoredPack pack, int rangeBytes) {
        this.pack = pack;
        this.rangeBytes = rangeBytes;
        int count = (int) rangeCount(pack, rangeBytes);
        this.ranges = new AtomicReferenceArray<>(count);
        this.missing = new AtomicInteger(count);
    }

    static long rangeCount(StoredPack pack, int rangeBytes) {
        long full = pack.storedBytes() / rangeBytes;
        return pack.storedBytes() % rangeBytes == 0 ? full : full + 1;
    }

    StoredPack pack() {
        return pack;
    }

    int rangeCount() {
        return ranges.length();
    }

    ByteRange range(int index) {
        long start = (long) index * rangeBytes;
        return new ByteRange(start, Math.min(rangeBytes, pack.storedBytes() - start));
    }

    /** Adds a range; true if it was the last that was missing. */
    boolean add(int index, ByteBuffer bytes) {
        ranges.set(index, bytes);
        return missing.decrementAndGet() == 0;
    }

    /** Bytes of a pack that is complete: one buffer, or several, one after the other. */
    ByteBuffer[] slices(long offset, int length) {
        int first = (int) (offset / rangeBytes);
        int last = (int) ((offset + length - 1) / rangeBytes);
        ByteBuffer[] slices = new ByteBuffer[last - first + 1];
        for (int i = first; i <= last; i++) {
            ByteRange range = range(i);
            int from = (int) (Math.max(offset, range.offset()) - range.offset());
            int to = (int) (Math.min(offset + length, range.end()) - range.offset());
            slices[i - first] = ranges.get(i).slice(from, to - from);
        }
        return slices;
    }

    /** The whole of a pack that is complete. */
    ContentSource content() {
        return ContentSources.of(buffers());
    }

    ByteBuffer[] buffers() {
        ByteBuffer[] buffers = new ByteBuffer[ranges.length()];
        for (int i = 0; i < buffers.length; i++) {
            buffers[i] = ranges.get(i);
        }
        return buffers;
    }
}
