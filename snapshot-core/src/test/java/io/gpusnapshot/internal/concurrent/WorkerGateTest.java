package io.gpusnapshot.internal.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.testing.BackgroundCall;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WorkerGateTest {
    private static final int WORKERS = 20;

    private final AtomicInteger useful = new AtomicInteger();
    private final WorkerGate gate = new WorkerGate(useful::get);
    private final Set<Integer> passed = new ConcurrentSkipListSet<>();

    /** Has workers wait for their turn, and returns when those that are of use have it. */
    private List<BackgroundCall> workers(int count) throws InterruptedException {
        CountDownLatch through = new CountDownLatch(count);
        List<BackgroundCall> calls = new ArrayList<>();
        for (int i = 0; i < WORKERS; i++) {
            int number = i;
            calls.add(BackgroundCall.start(() -> {
                gate.pass(number);
                passed.add(number);
                through.countDown();
            }));
        }
        through.await();
        return calls;
    }

    private void awaitPassed(int count) {
        while (passed.size() < count) {
            Thread.onSpinWait();
        }
    }

    @Test
    void theFirstIsAlwaysOfUse() throws InterruptedException {
        gate.pass(0);
    }

    @Test
    void thoseWithTheLowestNumbersPassAndTheOthersWhenMoreAreOfUse() throws Exception {
        useful.set(3);
        List<BackgroundCall> workers = workers(3);
        assertThat(passed).containsExactly(0, 1, 2);

        useful.set(7);
        awaitPassed(7);
        assertThat(passed).containsExactly(0, 1, 2, 3, 4, 5, 6);

        useful.set(WORKERS);
        for (BackgroundCall worker : workers) {
            worker.join();
        }
    }

    @Test
    void whoIsNoLongerOfUseWaitsUntilItIsAgain() throws Exception {
        useful.set(5);
        gate.pass(4);
        useful.set(2);
        List<BackgroundCall> workers = workers(2);
        assertThat(passed).containsExactly(0, 1);

        useful.set(5);
        awaitPassed(5);
        assertThat(passed).containsExactly(0, 1, 2, 3, 4);
        gate.open();
        for (BackgroundCall worker : workers) {
            worker.join();
        }
    }

    @Test
    void anOpenGateLetsEverybodyThroughEvenThoseThatComeLater() throws Exception {
        List<BackgroundCall> workers = workers(1);
        gate.open();
        for (BackgroundCall worker : workers) {
            worker.join();
        }
        gate.pass(WORKERS);
    }

    @Test
    void whoWaitsCanBeInterrupted() throws Exception {
        BackgroundCall waiting = BackgroundCall.start(() -> gate.pass(1)).awaitMethod("await");
        waiting.interrupt();
        assertThat(waiting.failure()).isInstanceOf(InterruptedException.class);
    }
}
