package io.gpusnapshot.internal.chunk;

import io.gpusnapshot.internal.concurrent.BufferPool;
import io.gpusnapshot.internal.format.PackFooter;
import io.gpusnapshot.internal.format.RepositoryLayout;
import io.gpusnapshot.internal.format.StoredChunk;
import io.gpusnapshot.model.SnapshotId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Lays encoded chunks back to back into packs and hands over each pack when it is full. Belongs to one thread. */
public final class PackWriter {
    /** Smaller ones cost a store more requests than they are worth. */
    public static final int MIN_PACK_BYTES = 8 << 20;
    /** What a user may ask for. */
    public static final int MAX_PACK_BYTES = 256 << 20;
    /** What a pack needs beyond its target and its last chunk: the footer, of a pack of small chunks. */
    private static final long FOOTER_BYTES = 1L << 20;
    /** What a pack may need beyond its size: the chunk that crosses the limit, and the footer. */
    private static final long EXCESS_BYTES = StoredChunk.MAX_RAW_BYTES + FOOTER_BYTES;
    /** Packs grow with what has been stored, so that a small job still keeps several uploads busy. */
    private static final int GROWTH = 8;
    /** With so many announced, a store that is 100 ms away and takes 250 MB/s has each of them open in time. */
    private static final int MAX_AHEAD = 4;

    private final SnapshotId creator;
    private final BufferPool segments;
    private final long largestPackBytes;
    private final PackSink sink;
    private final List<StoredChunk> chunks = new ArrayList<>();
    private List<ByteBuffer> open = new ArrayList<>();
    private long packBytes;
    private long totalBytes;
    private long largestChunkBytes;
    private int number;
    private int announced;

    /** Takes full packs. */
    @FunctionalInterface
    public interface PackSink {
        /**
         * Tells of a pack that will follow soon, if there is enough to store.
         *
         * @param maxBytes what it has at most, if chunks do not become larger
         */
        default void expect(String key, long maxBytes) {}

        /**
         * @param buffers the pack's bytes, flipped; the sink gives them back to the pool they are from
         */
        void accept(String key, List<ByteBuffer> buffers) throws IOException, InterruptedException;
    }

    /**
     * @param segments where the room for packs comes from; waiting for it is what slows a create down to the speed of
     *     the store. There must be room for one of the smallest packs.
     * @param packBytes how large packs become, if that leaves room for two
     */
    public PackWriter(SnapshotId creator, BufferPool segments, int packBytes, PackSink sink) {
        this.creator = creator;
        this.segments = segments;
        this.largestPackBytes = Math.max(MIN_PACK_BYTES, Math.min(packBytes, segments.totalBytes() / 2 - EXCESS_BYTES));
        this.sink = sink;
        if (segments.totalBytes() < roomForOne(largestPackBytes)) {
            throw new IllegalArgumentException("no room for a pack in " + segments.totalBytes() + " bytes");
        }
    }

    /** Room in bytes that one pack of a size can take up. */
    private static long roomForOne(long packBytes) {
        return packBytes + EXCESS_BYTES;
    }

    /** Appends a chunk and says where it will lie. The chunk's buffer is free when this returns. */
    public StoredChunk append(EncodedChunk chunk, ByteBuffer stored) throws IOException, InterruptedException {
        StoredChunk result = new StoredChunk(
                chunk.id(),
                RepositoryLayout.pack(creator, number),
                packBytes,
                stored.remaining(),
                chunk.rawBytes(),
                chunk.codec(),
                chunk.crc32c(),
                chunk.base());
        largestChunkBytes = Math.max(largestChunkBytes, stored.remaining());
        copy(stored.duplicate());
        chunks.add(result);
        if (packBytes >= targetBytes(totalBytes) || chunks.size() == PackFooter.MAX_CHUNKS) {
            seal();
            announce();
        }
        return result;
    }

    private long targetBytes(long storedBytes) {
        return Math.max(MIN_PACK_BYTES, Math.min(largestPackBytes, storedBytes / GROWTH));
    }

    /** Tells of the next packs: the more, the more there were, so that a small job does not prepare much in vain. */
    private void announce() {
        int end = number + Math.min(MAX_AHEAD, number);
        for (announced = Math.max(announced, number); announced < end; announced++) {
            long before = (announced - number + 1) * (targetBytes(totalBytes) + largestChunkBytes);
            long maxBytes = targetBytes(totalBytes + before) + largestChunkBytes + FOOTER_BYTES;
            sink.expect(RepositoryLayout.pack(creator, announced), maxBytes);
        }
    }

    private void copy(ByteBuffer source) throws InterruptedException {
        totalBytes += source.remaining();
        packBytes += source.remaining();
        while (source.hasRemaining()) {
            ByteBuffer segment = roomySegment();
            int count = Math.min(source.remaining(), segment.remaining());
            segment.put(source.duplicate().limit(source.position() + count));
            source.position(source.position() + count);
        }
    }

    private ByteBuffer roomySegment() throws InterruptedException {
        if (open.isEmpty() || !open.get(open.size() - 1).hasRemaining()) {
            open.add(segments.acquire());
        }
        return open.get(open.size() - 1);
    }

    /** Hands over the last pack. */
    public void finish() throws IOException, InterruptedException {
        if (!chunks.isEmpty()) {
            seal();
        }
    }

    private void seal() throws IOException, InterruptedException {
        copy(ByteBuffer.wrap(PackFooter.encode(chunks)));
        open.forEach(ByteBuffer::flip);
        List<ByteBuffer> full = open;
        String key = RepositoryLayout.pack(creator, number);
        open = new ArrayList<>();
        chunks.clear();
        packBytes = 0;
        number++;
        sink.accept(key, full);
    }
}
