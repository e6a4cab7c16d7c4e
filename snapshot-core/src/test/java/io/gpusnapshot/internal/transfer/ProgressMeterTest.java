package io.gpusnapshot.internal.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.model.RawPath;
import io.gpusnapshot.model.SnapshotEvent;
import io.gpusnapshot.model.SnapshotWarning;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class ProgressMeterTest {
    private final List<SnapshotEvent> events = Collections.synchronizedList(new ArrayList<>());
    private final ProgressMeter meter = new ProgressMeter(events::add);

    private SnapshotEvent.Progress lastProgress() {
        return (SnapshotEvent.Progress) events.get(events.size() - 1);
    }

    @Test
    void countsAreReportedWithTheirTotals() {
        meter.enter("work");
        meter.expect(3, 1000);
        meter.addEntries(1);
        meter.addBytes(250);
        meter.addWireBytes(125);
        meter.report();
        SnapshotEvent.Progress progress = lastProgress();
        assertThat(progress.phase()).isEqualTo("work");
        assertThat(progress.entries()).isEqualTo(1);
        assertThat(progress.totalEntries()).hasValue(3);
        assertThat(progress.bytes()).isEqualTo(250);
        assertThat(progress.totalBytes()).hasValue(1000);
        assertThat(progress.wireBytes()).isEqualTo(125);
    }

    @Test
    void everyPhaseIsReportedAtOnce() {
        meter.enter("one");
        meter.enter("two");
        assertThat(events)
                .extracting(event -> ((SnapshotEvent.Progress) event).phase())
                .containsExactly("one", "two");
    }

    @Test
    void countingReportsAtMostTenTimesASecond() {
        for (int i = 0; i < 1_000_000; i++) {
            meter.addBytes(1);
        }
        long tenths = meter.elapsed().toMillis() / 100;
        assertThat(events.size()).isBetween(1, (int) tenths + 1);
        assertThat(meter.bytes()).isEqualTo(1_000_000);
    }

    @Test
    void warningsAreKeptAndToldInOrder() {
        meter.warn(RawPath.ROOT, "first");
        meter.warn(RawPath.of("a/b"), "second");
        assertThat(meter.warnings())
                .containsExactly(new SnapshotWarning(".", "first"), new SnapshotWarning("a/b", "second"));
        assertThat(events).hasSize(2).allMatch(SnapshotEvent.Warned.class::isInstance);
    }

    @Test
    void onlySoManyWarningsAreKeptButAllAreTold() {
        for (int i = 0; i < 10_050; i++) {
            meter.warn(RawPath.of("file" + i), "trouble");
        }
        assertThat(meter.warnings()).hasSize(10_000);
        assertThat(events).hasSize(10_050);
    }

    @Test
    void anEventThatHadToWaitHasTheCountsOfTheMomentItIsTold() throws InterruptedException {
        CountDownLatch listening = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        ProgressMeter busy = new ProgressMeter(event -> {
            events.add(event);
            if (event instanceof SnapshotEvent.Warned) {
                listening.countDown();
                awaitQuietly(goOn);
            }
        });
        Thread first = new Thread(() -> busy.warn(RawPath.ROOT, "holds the listener"));
        first.start();
        listening.await();
        Thread second = new Thread(busy::report);
        second.start();
        while (second.getState() != Thread.State.BLOCKED) {
            Thread.onSpinWait();
        }
        busy.addWireBytes(7);
        goOn.countDown();
        first.join();
        second.join();
        assertThat(lastProgress().wireBytes()).isEqualTo(7);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
