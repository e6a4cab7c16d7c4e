package io.gpusnapshot.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SnapshotIdOrderTest {
    private final SplittableRandom random = new SplittableRandom(3);

    @Test
    void idsOfOneInstanceSortByTimeWithinOneSecondToo() {
        Instant time = Instant.parse("2026-11-23T18:25:43Z");
        SnapshotId before = SnapshotId.generate(time, "gpu-1", random);
        for (int step = 0; step < 2000; step++) {
            time = time.plus(Duration.ofNanos(777_777));
            SnapshotId after = SnapshotId.generate(time, "gpu-1", random);
            assertThat(after).isGreaterThan(before);
            before = after;
        }
    }

    @Test
    void idsOfOneInstantDiffer() {
        Instant time = Instant.parse("2026-11-23T18:25:43.999999999Z");

        SnapshotId one = SnapshotId.generate(time, "gpu-1", random);
        SnapshotId other = SnapshotId.generate(time, "gpu-1", random);

        assertThat(one).isNotEqualTo(other);
    }
}
