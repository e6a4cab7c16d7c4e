package io.gpusnapshot.internal.concurrent;

import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Direct buffers that nobody uses. Memory that was used before is faster than new memory, which the kernel has to find and
 * clear, and without this the buffers of one job would still be there when the next one allocates its own. They are held
 * weakly, so that the first garbage collection frees them. Thread-safe.
 */
final class IdleBuffers {
    static final IdleBuffers SHARED = new IdleBuffers(ByteBuffer::allocateDirect);

    /**
     * The one thread that allocates. The GNU C library keeps what is freed in the arena that it came from, and gives each
     * of the first threads an arena of its own: if whoever needs a buffer allocated it, each arena would come to keep as
     * many as it ever had at once (docs/performance.md, Memory).
     */
    private static final Executor ALLOCATOR = Executors.newSingleThreadExecutor(new DaemonThreads("buffer-allocator"));

    private final IntFunction<ByteBuffer> allocation;
    private final Map<Integer, Deque<WeakReference<ByteBuffer>>> byCapacity = new HashMap<>();

    IdleBuffers(IntFunction<ByteBuffer> allocation) {
        this.allocation = allocation;
    }

    /** Returns a cleared buffer of this capacity, with any content. */
    ByteBuffer take(int capacity) {
        ByteBuffer idle = find(capacity);
        return idle == null ? allocate(capacity) : idle.clear().order(ByteOrder.BIG_ENDIAN);
    }

    private ByteBuffer allocate(int capacity) {
        try {
            return CompletableFuture.supplyAsync(() -> allocation.apply(capacity), ALLOCATOR)
                    .join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof OutOfMemoryError exhausted) {
                throw exhausted;
            }
            throw failed;
        }
    }

    private synchronized @Nullable ByteBuffer find(int capacity) {
        Deque<WeakReference<ByteBuffer>> idle = byCapacity.getOrDefault(capacity, new ArrayDeque<>(0));
        ByteBuffer found = null;
        while (found == null && !idle.isEmpty()) {
            found = idle.pop().get();
        }
        return found;
    }

    synchronized void put(ByteBuffer buffer) {
        forgetCollected();
        byCapacity
                .computeIfAbsent(buffer.capacity(), capacity -> new ArrayDeque<>())
                .push(new WeakReference<>(buffer));
    }

    private void forgetCollected() {
        byCapacity.values().forEach(idle -> idle.removeIf(reference -> reference.refersTo(null)));
        byCapacity.values().removeIf(Deque::isEmpty);
    }
}
