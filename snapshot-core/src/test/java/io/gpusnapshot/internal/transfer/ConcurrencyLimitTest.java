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

    /** A window in which all requests move that many bytes together, and in which more were wanted than allowed. */
    private void crowd(long bytesPerWindow) throws InterruptedException {
        List<ConcurrencyLimit.Permit> permits = acquire(limit.limit());
        BackgroundCall oneMore =
                BackgroundCall.start(() -> limit.acquire().close()).awaitMethod("wait");
        flow(permits, bytesPerWindow);
        oneMore.join();
    }

    /** Lets requests begin, then move bytes for one window, then end. */
    private void flow(List<ConcurrencyLimit.Permit> permits, long bytesPerWindow) {
        permits.forEach(permit -> permit.moved(0));
        now.addAndGet(WINDOW);
        permits.get(0).moved(bytesPerWindow);
        permits.forEach(ConcurrencyLimit.Permit::close);
    }

    private List<ConcurrencyLimit.Permit> acquire(int count) throws InterruptedException {
        List<ConcurrencyLimit.Permit> permits = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            permits.add(limit.acquire());
        }
        return permits;
    }

    @Test
    void itGrowsWhileGrowthBringsMore() throws InterruptedException {
        List<Integer> limits = new ArrayList<>();
        for (int window = 1; window <= 6; window++) {
            crowd(limit.limit() * 1_000_000L);
            limits.add(limit.limit());
        }

        assertThat(limits).containsExactly(32, 64, 128, MAX, MAX, MAX);
    }

    @Test
    void itStepsBackWhenGrowthBringsNothing() throws InterruptedException {
        crowd(10_000_000);
        assertThat(limit.limit()).isEqualTo(32);
        crowd(10_500_000);
        crowd(10_500_000);

        assertThat(limit.limit()).isEqualTo(16);
    }

    @Test
    void onePauseIsNoReasonToStepBack() throws InterruptedException {
        crowd(10_000_000);
        crowd(1_000_000);
        crowd(20_000_000);

        assertThat(limit.limit()).isEqualTo(64);
    }

    @Test
    void whatNewRequestsWaitedForBeforeTheyBeganDoesNotCount() throws InterruptedException {
        crowd(10_000_000);
        List<ConcurrencyLimit.Permit> permits = acquire(32);
        assertThat(limit.tryAcquire()).isEmpty();
        permits.forEach(permit -> permit.moved(0));
        for (int window = 0; window < 5; window++) {
            now.addAndGet(WINDOW);
            permits.get(0).moved(10_000_000);
        }

        assertThat(limit.limit()).isEqualTo(32);
    }

    @Test
    void itStaysForAWhileAndThenTriesAgain() throws InterruptedException {
        crowd(10_000_000);
        crowd(10_000_000);
        crowd(10_000_000);
        for (int window = 0; window < 9; window++) {
            crowd(10_000_000);
            assertThat(limit.limit()).isEqualTo(16);
        }
        crowd(10_000_000);

        assertThat(limit.limit()).isEqualTo(24);
    }

    @Test
    void itDoesNotGrowWhenNothingComesThrough() throws InterruptedException {
        for (int window = 0; window < 5; window++) {
            crowd(0);
        }

        assertThat(limit.limit()).isEqualTo(16);
    }

    @Test
    void aLimitThatNobodyRanIntoIsNotJudged() throws InterruptedException {
        for (int window = 0; window < 5; window++) {
            flow(acquire(16), 8_000_000);
        }

        assertThat(limit.limit()).isEqualTo(16);
    }

    @Test
    void aPathThatTakesLongToAnswerGetsTheTimeToShowWhatAChangeHasBrought() throws InterruptedException {
        List<ConcurrencyLimit.Permit> permits = acquire(16);
        now.addAndGet(2 * WINDOW);
        permits.forEach(permit -> permit.moved(0));
        assertThat(limit.tryAcquire()).isEmpty();
        now.addAndGet(2 * WINDOW);
        permits.get(0).moved(1_000_000);
        assertThat(limit.limit()).isEqualTo(16);

        now.addAndGet(2 * WINDOW);
        permits.get(0).moved(1_000_000);
        assertThat(limit.limit()).isEqualTo(32);
    }

    @Test
    void bytesCountBeforeTheirRequestsEnd() throws InterruptedException {
        List<ConcurrencyLimit.Permit> permits = acquire(16);
        BackgroundCall oneMore = BackgroundCall.start(limit::acquire).awaitMethod("wait");
        permits.forEach(permit -> permit.moved(0));
        now.addAndGet(WINDOW);
        permits.get(0).moved(1_000_000);

        oneMore.join();
        assertThat(limit.limit()).isEqualTo(32);
    }

    @Test
    void itShrinksOnceForABurstOfThrottling() {
        for (int i = 0; i < 20; i++) {
            limit.throttled();
        }

        assertThat(limit.limit()).isEqualTo(11);
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

        assertThat(limits).containsExactly(11, 7, 4, 2, 1, 1, 1, 1, 1);
    }

    @Test
    void throttlingCountsAlsoWhileItStays() throws InterruptedException {
        crowd(10_000_000);
        crowd(10_000_000);
        crowd(10_000_000);
        now.addAndGet(WINDOW);
        limit.throttled();

        assertThat(limit.limit()).isEqualTo(11);
    }

    @Test
    void itRecoversFromASingleRequestAtATime() throws InterruptedException {
        for (int burst = 0; burst < 9; burst++) {
            now.addAndGet(WINDOW);
            limit.throttled();
        }
        assertThat(limit.limit()).isEqualTo(1);
        for (int request = 0; request < 100 && limit.limit() == 1; request++) {
            crowd(1_000_000);
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

        assertThat(limit.limit()).isEqualTo(64);
    }

    @Test
    void anInterruptEndsAWait() throws InterruptedException {
        List<ConcurrencyLimit.Permit> permits = acquire(limit.limit());
        BackgroundCall waiting = BackgroundCall.start(limit::acquire);
        waiting.awaitMethod("wait").interrupt();

        assertThat(waiting.failure()).isInstanceOf(InterruptedException.class);
        permits.forEach(ConcurrencyLimit.Permit::close);
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
                    try (ConcurrencyLimit.Permit permit = few.acquire()) {
                        most.accumulateAndGet(running.incrementAndGet(), Math::max);
                        now.addAndGet(1_000_000);
                        if (i % 50 == 49) {
                            few.throttled();
                        }
                        permit.moved(i * 1000L);
                        running.decrementAndGet();
                    }
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
