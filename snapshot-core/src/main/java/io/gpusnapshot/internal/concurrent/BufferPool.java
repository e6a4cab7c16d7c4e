package io.gpusnapshot.internal.concurrent;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * A number of direct buffers of one size, allocated when first needed. The buffer freed last is lent first, since it is
 * warm in the caches, and what is free when a pool is closed serves those to come. Thread-safe.
 */
public final class BufferPool implements AutoCloseable {
    private final int bufferBytes;
    private final int count;
    private final Deque<ByteBuffer> free = new ArrayDeque<>();
    private int unallocated;
    private boolean closed;

    /**
     * @param count most buffers that there may be
     */
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

    /** Lends a cleared buffer, waiting until one is there. */
    public synchronized ByteBuffer acquire() throws InterruptedException {
        while (!isThereOne()) {
            if (closed) {
                throw new IllegalStateException("this pool is closed");
            }
            wait();
        }
        return lend();
    }

    private boolean isThereOne() {
        return !closed && (!free.isEmpty() || unallocated > 0);
    }

    /** Lends a cleared buffer unless all are lent. */
    public synchronized Optional<ByteBuffer> tryAcquire() {
        return isThereOne() ? Optional.of(lend()) : Optional.empty();
    }

    private ByteBuffer lend() {
        if (free.isEmpty()) {
            ByteBuffer buffer = IdleBuffers.SHARED.take(bufferBytes);
            unallocated--;
            return buffer;
        }
        return free.pop().clear();
    }

    /** Takes back a buffer that {@link #acquire} lent. */
    public synchronized void release(ByteBuffer buffer) {
        if (closed) {
            IdleBuffers.SHARED.put(buffer);
            return;
        }
        free.push(buffer);
        notifyAll();
    }

    /** Leaves its buffers to pools to come, each when nobody uses it any more. Nothing is lent afterwards. */
    @Override
    public synchronized void close() {
        closed = true;
        free.forEach(IdleBuffers.SHARED::put);
        free.clear();
        notifyAll();
    }
}
