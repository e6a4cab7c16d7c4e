package io.gpusnapshot.internal.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.testing.BackgroundCall;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Time passes only as the tests say; a "crowd" keeps the limit used up, which is the only time it is judged. */
@Timeout(60)
class ConcurrencyLimitTest {
    private static final long WINDOW = 500_000_000;
    private static final int MAX = 200;
    private static final int FEW = 40;

    private final AtomicLong now = new AtomicLong(-7);
    private final ConcurrencyLimit limit = new ConcurrencyLimit(MAX, now::get);

    /** A window in which every request moves that many bytes, and in which more were wanted than allowed. */
    private void crowd(long bytesPerWindow) throws InterruptedException {
        int permits = limit.limit();
        acquire(permits);
        BackgroundCall oneMore = BackgroundCall.start(limit::acquire).awaitMethod("wait");
        now.addAndGet(WINDOW);
        release(permits, bytesPerWindow / permits);
        oneMore.join();
        limit.release(0);
    }

    private void acquire(int count) throws InterruptedException {
        for (int i = 0; i < count; i++) {
            limit.acquire();
        }
    }

    private void release(int count, long bytes) {
        for (int i = 0; i < count; i++) {
            limit.release(bytes);
        }
    }

    @Test
    void itGrowsWhileGrowthBringsMore() throws InterruptedException {
        List<Integer> limits = new ArrayList<>();
        for (int window = 1; window <= 6; window++) {
            crowd(limit.limit() * 1_000_000L);
            limits.add(limit.limit());
        }

        assertThat(limits).containsExactly(64, 128, MAX, MAX, MAX, MAX);
    }

    @Test
    void itStepsBackWhenGrowthBringsNothing() throws InterruptedException {
        crowd(10_000_000);
        assertThat(limit.limit()).isEqualTo(64);
        crowd(10_500_000);

        assertThat(limit.limit()).isEqualTo(32);
    }

    @Test
    void itStaysForAWhileAndThenTriesAgain() throws InterruptedException {
        crowd(10_000_000);
        crowd(10_000_000);
        for (int window = 0; window < 9; window++) {
            crowd(10_000_000);
            assertThat(limit.limit()).isEqualTo(32);
        }
        crowd(10_000_000);

        assertThat(limit.limit()).isEqualTo(48);
    }

    @Test
    void itDoesNotGrowWhenNothingComesThrough() throws InterruptedException {
        for (int window = 0; window < 5; window++) {
            crowd(0);
        }

        assertThat(limit.limit()).isLessThanOrEqualTo(32);
    }

    @Test
    void aLimitThatNobodyRanIntoIsNotJudged() throws InterruptedException {
        for (int window = 0; window < 5; window++) {
            acquire(8);
            now.addAndGet(WINDOW);
            release(8, 1_000_000);
        }

        assertThat(limit.limit()).isEqualTo(32);
    }

    @Test
    void itShrinksOnceForABurstOfThrottling() {
        for (int i = 0; i < 20; i++) {
            limit.throttled();
        }

        assertThat(limit.limit()).isEqualTo(22);
    }

    @Test
    void itShrinksAgainWhenThrottlingGoesOn() {
        List<Integer> limits = new ArrayList<>();
        for (int burst = 0; burst < 9; burst++) {
            now.addAndGet(WINDOW);
            limit.throttled();
            limit.throttled();
            limits.add(limit.limit());
        }

        assertThat(limits).containsExactly(22, 15, 10, 7, 4, 2, 1, 1, 1);
    }

    @Test
    void throttlingCountsAlsoWhileItStays() throws InterruptedException {
        crowd(10_000_000);
        crowd(10_000_000);
        now.addAndGet(WINDOW);
        limit.throttled();

        assertThat(limit.limit()).isEqualTo(22);
    }

    @Test
    void itRecoversFromASingleRequestAtATime() throws InterruptedException {
        for (int burst = 0; burst < 9; burst++) {
            now.addAndGet(WINDOW);
            limit.throttled();
        }
        assertThat(limit.limit()).isEqualTo(1);
        limit.acquire();
        for (int request = 0; request < 100 && limit.limit() == 1; request++) {
            BackgroundCall next = BackgroundCall.start(limit::acquire).awaitMethod("wait");
            now.addAndGet(WINDOW / 4);
            limit.release(1_000_000);
            next.join();
        }

        assertThat(limit.limit()).isGreaterThan(1);
    }

    @Test
    void itNeverStartsAboveItsMaximum() {
        assertThat(new ConcurrencyLimit(3, now::get).limit()).isEqualTo(3);
        assertThat(new ConcurrencyLimit(1, now::get).limit()).isEqualTo(1);
    }

    @Test
    void timeWithoutRequestsDoesNotCount() throws InterruptedException {
        crowd(8_000_000);
        now.addAndGet(1000 * WINDOW);
        crowd(12_000_000);

        assertThat(limit.limit()).isEqualTo(128);
    }

    @Test
    void anInterruptEndsAWait() throws InterruptedException {
        acquire(limit.limit());
        BackgroundCall waiting = BackgroundCall.start(limit::acquire);
        waiting.awaitMethod("wait").interrupt();

        assertThat(waiting.failure()).isInstanceOf(InterruptedException.class);
        release(limit.limit(), 1);
        acquire(limit.limit());
    }

    @Test
    void neverAreThereMoreAtOnceThanTheMaximum() throws InterruptedException {
        ConcurrencyLimit few = new ConcurrencyLimit(FEW, now::get);
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<BackgroundCall> workers = new ArrayList<>();
        for (int worker = 0; worker < 50; worker++) {
            workers.add(BackgroundCall.start(() -> {
                for (int i = 0; i < 200; i++) {
                    few.acquire();
                    most.accumulateAndGet(running.incrementAndGet(), Math::max);
                    now.addAndGet(1_000_000);
                    if (i % 50 == 49) {
                        few.throttled();
                    }
                    running.decrementAndGet();
                    few.release(i * 1000L);
                }
            }));
        }
        for (BackgroundCall worker : workers) {
            worker.join();
        }

        assertThat(most.get()).isBetween(1, FEW);
        assertThat(few.limit()).isBetween(1, FEW);
        for (int permit = few.limit(); permit > 0; permit--) {
            few.acquire();
        }
    }
}
