package io.gpusnapshot.codec.floats;

import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The memory that one encoder or decoder needs, about a MiB.
 *
 * @param plane direct room for one plane of the largest block
 */
record Workspace(Planes planes, Probe probe, ByteBuffer plane) {
    static Workspace allocate() {
        return new Workspace(new Planes(), new Probe(), ByteBuffer.allocateDirect(FloatsFrame.MAX_BLOCK_BYTES));
    }

    /** Keeps what has been given back, for as many threads as have processors. Thread-safe. */
    static final class Pool {
        private final ConcurrentLinkedQueue<Workspace> free = new ConcurrentLinkedQueue<>();
        private final AtomicInteger kept = new AtomicInteger();
        private final int most = Runtime.getRuntime().availableProcessors();

        Workspace take() {
            Workspace workspace = free.poll();
            if (workspace == null) {
                return allocate();
            }
            kept.decrementAndGet();
            return workspace;
        }

        void giveBack(Workspace workspace) {
            if (kept.incrementAndGet() <= most) {
                free.add(workspace);
            } else {
                kept.decrementAndGet();
            }
        }
    }
}
