package io.gpusnapshot.internal.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LatencyTrackerTest {
    private final LatencyTracker tracker = new LatencyTracker();

    private void add(int count, long nanos) {
        for (int i = 0; i < count; i++) {
            tracker.add(nanos);
        }
    }

    @Test
    void fewRequestsTellNothing() {
        add(19, 1);
        assertThat(tracker.slowNanos()).isEmpty();
        add(1, 1);
        assertThat(tracker.slowNanos()).hasValue(1);
    }

    @Test
    void ninetyFiveInAHundredStayBelow() {
        for (int i = 200; i > 0; i--) {
            tracker.add(i);
        }

        assertThat(tracker.slowNanos()).hasValue(191);
    }

    @Test
    void aFewSlowOnesDoNotCount() {
        add(198, 10);
        add(2, 1_000_000);
        add(56, 10);

        assertThat(tracker.slowNanos()).hasValue(10);
    }

    @Test
    void whatOneInAHundredStalledForIsNotTakenForUsual() {
        add(98, 100);
        add(2, 2_000_000);

        assertThat(tracker.slowNanos()).hasValue(100);
    }

    @Test
    void onlyTheLastOnesCount() {
        add(256, 1_000_000);
        add(256, 10);

        assertThat(tracker.slowNanos()).hasValue(10);
    }
}
