package io.gpusnapshot.internal.concurrent;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * A fixed number of direct buffers of one size, allocated when first needed. The buffer freed last is lent first, since
 * it is warm in the caches. Thread-safe.
 */
public final class BufferPool {
    private final int bufferBytes;
    private final int count;
    private final Deque<ByteBuffer> free = new ArrayDeque<>();
    private int unallocated;

    public BufferPool(int bufferBytes, int count) {
        this.bufferBytes = bufferBytes;
        this.count = count;
        this.unallocated = count;
    }

    public int bufferBytes() {
        return bufferBytes;
    }

    /** Bytes of all buffers together. */
    public long totalBytes() {
        return (long) bufferBytes * count;
    }

    /** Lends a cleared buffer, waiting for one if all are lent. */
    public synchronized ByteBuffer acquire() throws InterruptedException {
        while (free.isEmpty() && unallocated == 0) {
            wait();
        }
        return lend();
    }

    /** Lends a cleared buffer unless all are lent. */
    public synchronized Optional<ByteBuffer> tryAcquire() {
        return free.isEmpty() && unallocated == 0 ? Optional.empty() : Optional.of(lend());
    }

    private ByteBuffer lend() {
        if (free.isEmpty()) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(bufferBytes);
            unallocated--;
            return buffer;
        }
        return free.pop().clear();
    }

    /** Takes back a buffer that {@link #acquire} lent. */
    public synchronized void release(ByteBuffer buffer) {
        free.push(buffer);
        notifyAll();
    }
}
