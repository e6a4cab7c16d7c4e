package io.gpusnapshot.internal.concurrent;

import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Direct buffers that nobody uses. Memory that was used before is faster than new memory, which the kernel has to find and
 * clear, and without this the buffers of one job would still be there when the next one allocates its own. They are held
 * weakly, so that the first garbage collection frees them. Thread-safe.
 */
final class IdleBuffers {
    static final IdleBuffers SHARED = new IdleBuffers();

    private final Map<Integer, Deque<WeakReference<ByteBuffer>>> byCapacity = new HashMap<>();

    /** Returns a cleared buffer of this capacity, with any content. */
    ByteBuffer take(int capacity) {
        ByteBuffer idle = find(capacity);
        return idle == null ? ByteBuffer.allocateDirect(capacity) : idle.clear().order(ByteOrder.BIG_ENDIAN);
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
