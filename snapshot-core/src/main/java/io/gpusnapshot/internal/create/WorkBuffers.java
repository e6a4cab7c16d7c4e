package io.gpusnapshot.internal.create;

import io.gpusnapshot.internal.concurrent.BufferPool;
import java.nio.ByteBuffer;

/**
 * Room for one chunk, raw and encoded. Lent to tasks in the order in which their results are taken, so that the task
 * whose turn it is always has its room.
 */
record WorkBuffers(ByteBuffer raw, ByteBuffer scratch, BufferPool pool) {
    static WorkBuffers acquire(BufferPool pool) throws InterruptedException {
        return new WorkBuffers(pool.acquire(), pool.acquire(), pool);
    }

    void release() {
        pool.release(raw);
        pool.release(scratch);
    }
}
