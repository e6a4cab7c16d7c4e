package io.gpusnapshot.internal.chunk;

import io.gpusnapshot.codec.CodecRegistry;
import io.gpusnapshot.internal.concurrent.BufferPool;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * As many decoders as there are processors to run them: many threads may wait for the network, but only few at a time
 * shall decode what has come. They are made when first needed. Thread-safe.
 */
public final class DecoderPool implements AutoCloseable {
    /** What a decoder holds: a chunk, and the base of a difference. */
    private static final int BUFFERS_PER_DECODER = 2;

    private final CodecRegistry codecs;
    private final BufferPool room;
    private final Deque<ChunkDecoder> free = new ArrayDeque<>();
    private final int count;
    private int unmade;
    private boolean closed;

    /**
     * @param maxRawBytes raw size of the largest chunk to come
     */
    public DecoderPool(CodecRegistry codecs, int maxRawBytes, int count) {
        this.codecs = codecs;
        this.room = new BufferPool(maxRawBytes, BUFFERS_PER_DECODER * count);
        this.count = count;
        this.unmade = count;
    }

    /** How many there are. */
    public int count() {
        return count;
    }

    /** Lends a decoder, waiting for one if all are lent; the one freed last comes first, for the sake of the caches. */
    public synchronized ChunkDecoder acquire() throws InterruptedException {
        while (free.isEmpty() && unmade == 0) {
            wait();
        }
        if (free.isEmpty()) {
            unmade--;
            return new ChunkDecoder(codecs, room);
        }
        return free.pop();
    }

    /** Takes back a decoder that {@link #acquire} lent. */
    public synchronized void release(ChunkDecoder decoder) {
        if (closed) {
            decoder.leaveRoom();
            return;
        }
        free.push(decoder);
        notifyAll();
    }

    /** Leaves the buffers to pools to come. No decoder may be acquired afterwards. */
    @Override
    public synchronized void close() {
        closed = true;
        room.close();
        free.forEach(ChunkDecoder::leaveRoom);
        free.clear();
    }
}
