package io.gpusnapshot.internal.concurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class BufferPoolTest {
    private final BufferPool pool = new BufferPool(100, 2);

    @Test
    void buffersAreDirectAndOfTheSizeAskedFor() throws InterruptedException {
        ByteBuffer buffer = pool.acquire();
        assertThat(buffer.isDirect()).isTrue();
        assertThat(buffer.capacity()).isEqualTo(100);
        assertThat(pool.bufferBytes()).isEqualTo(100);
    }

    @Test
    void aBufferIsLentAgainClearedTheLastOneFirst() throws InterruptedException {
        ByteBuffer first = pool.acquire();
        ByteBuffer second = pool.acquire();
        assertThat(second).isNotSameAs(first);
        pool.release(second);
        first.position(10).limit(20);
        pool.release(first);
        ByteBuffer again = pool.acquire();
        assertThat(again).isSameAs(first);
        assertThat(again.position()).isZero();
        assertThat(again.limit()).isEqualTo(100);
    }

    @Test
    void theBuffersOfAClosedPoolServeTheNextOneEvenThoseThatComeBackLate() throws InterruptedException {
        // A size that no other test uses, since idle buffers are everybody's.
        BufferPool first = new BufferPool(1_003, 2);
        BufferPool second = new BufferPool(1_003, 3);
        ByteBuffer free = first.acquire();
        ByteBuffer late = first.acquire();
        first.release(free);
        first.close();
        assertThatIllegalStateException().isThrownBy(first::acquire);
        assertThat(first.tryAcquire()).isEmpty();
        assertThat(second.acquire()).isSameAs(free);
        assertThat(second.acquire()).as("one that is still in use").isNotSameAs(late);
        late.position(7).order(ByteOrder.LITTLE_ENDIAN);
        first.release(late);
        ByteBuffer again = second.acquire();
        assertThat(again).isSameAs(late);
        assertThat(again.position()).isZero();
        assertThat(again.order()).isEqualTo(ByteOrder.BIG_ENDIAN);
    }

    @Test
    void whoComesWhenAllAreLentWaitsForTheNextRelease() throws InterruptedException {
        pool.acquire();
        ByteBuffer second = pool.acquire();
        AtomicReference<ByteBuffer> lent = new AtomicReference<>(ByteBuffer.allocate(0));
        Thread waiting = waitingThread(() -> lent.set(pool.acquire()));
        pool.release(second);
        waiting.join();
        assertThat(lent.get()).isSameAs(second);
    }

    @Test
    void whoWaitsCanBeInterrupted() throws InterruptedException {
        pool.acquire();
        pool.acquire();
        AtomicBoolean interrupted = new AtomicBoolean();
        Thread waiting = waitingThread(() -> {
            try {
                pool.acquire();
            } catch (InterruptedException expected) {
                interrupted.set(true);
            }
        });
        waiting.interrupt();
        waiting.join();
        assertThat(interrupted).isTrue();
    }

    /** What a thread of a test does. */
    @FunctionalInterface
    private interface Action {
        void run() throws InterruptedException;
    }

    private static Thread waitingThread(Action action) throws InterruptedException {
        CountDownLatch started = new CountDownLatch(1);
        Thread thread = new Thread(() -> {
            started.countDown();
            try {
                action.run();
            } catch (InterruptedException early) {
                Thread.currentThread().interrupt();
            }
        });
        thread.start();
        started.await();
        while (thread.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        return thread;
    }
}
