package io.gpusnapshot.internal.concurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

class IdleBuffersTest {
    @Test
    void oneThreadAllocatesForAll() throws InterruptedException {
        Set<Thread> allocating = ConcurrentHashMap.newKeySet();
        IdleBuffers buffers = new IdleBuffers(capacity -> {
            allocating.add(Thread.currentThread());
            return ByteBuffer.allocateDirect(capacity);
        });
        Thread other = new Thread(() -> buffers.take(7));
        other.start();
        other.join();
        assertThat(buffers.take(9).capacity()).isEqualTo(9);
        assertThat(allocating).hasSize(1).doesNotContain(Thread.currentThread(), other);
    }

    @Test
    void whoAsksLearnsThatThereIsNoMemory() {
        OutOfMemoryError exhausted = new OutOfMemoryError("no direct memory");
        IdleBuffers buffers = new IdleBuffers(capacity -> {
            throw exhausted;
        });
        assertThatThrownBy(() -> buffers.take(7)).isSameAs(exhausted);
    }
}
