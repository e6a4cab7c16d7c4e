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
    void aFewRequestsTellNothing() {
        add(19, 5);
        assertThat(tracker.slowNanos()).isEmpty();

        add(1, 5);
        assertThat(tracker.slowNanos()).hasValue(5);
    }

    @Test
    void whatOneInAHundredStalledForIsNotTakenForUsual() {
        add(98, 100);
        add(2, 2_000_000);

        assertThat(tracker.slowNanos()).hasValue(100);
    }

    @Test
    void onlyTheLastOnesCount() {
        add(1000, 100);
        add(256, 7);

        assertThat(tracker.slowNanos()).hasValue(7);
    }
}
