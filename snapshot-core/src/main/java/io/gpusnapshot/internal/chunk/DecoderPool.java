package io.gpusnapshot.internal.chunk;

import io.gpusnapshot.codec.CodecRegistry;
import io.gpusnapshot.internal.concurrent.BufferPool;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;

/**
 * As many decoders as there are processors to run them: many threads may wait for the network, but only few at a time
 * shall decode what has come. They are made when first needed. Thread-safe.
 */
public final class DecoderPool implements AutoCloseable {
    /** What a decoder holds: a chunk, and the base of a difference. */
    private static final int BUFFERS_PER_DECODER = 2;

    private final CodecRegistry codecs;
    private final BufferPool room;
    private final int count;
    private final Semaphore unlent;
    private final Deque<ChunkDecoder> free = new ConcurrentLinkedDeque<>();
    private volatile boolean closed;

    /**
     * @param maxRawBytes raw size of the largest chunk to come
     */
    public DecoderPool(CodecRegistry codecs, int maxRawBytes, int count) {
        this.codecs = codecs;
        this.room = new BufferPool(maxRawBytes, BUFFERS_PER_DECODER * count);
        this.count = count;
        this.unlent = new Semaphore(count);
    }

    /** How many there are. */
    public int count() {
        return count;
    }

    /** Lends a decoder, waiting for one if all are lent; the one freed last comes first, for the sake of the caches. */
    public ChunkDecoder acquire() throws InterruptedException {
        unlent.acquire();
        ChunkDecoder decoder = free.pollFirst();
        return decoder == null ? new ChunkDecoder(codecs, room) : decoder;
    }

    /** Takes back a decoder that {@link #acquire} lent. */
    public void release(ChunkDecoder decoder) {
        if (closed) {
            decoder.leaveRoom();
        } else {
            free.addFirst(decoder);
        }
        unlent.release();
    }

    /** Leaves the buffers to pools to come. No decoder may be acquired afterwards. */
    @Override
    public void close() {
        closed = true;
        room.close();
        free.forEach(ChunkDecoder::leaveRoom);
        free.clear();
    }
}
