package io.gpusnapshot.internal.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.gpusnapshot.model.RetentionRule;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.model.SnapshotSummary;
import io.gpusnapshot.model.SnapshotTotals;
import io.gpusnapshot.testing.SeededRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RetentionTest {
    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    private final List<SnapshotSummary> snapshots = new ArrayList<>();

    private SnapshotId add(String time) {
        return add("gpu-1", time);
    }

    private SnapshotId add(String instance, String time) {
        Instant created = Instant.parse(time);
        SnapshotId id = SnapshotId.generate(created, instance, new Random(random.nextLong()));
        SnapshotTotals nothing = new SnapshotTotals(0, 0, 0, 0, 0, 0, 0, 0);
        snapshots.add(new SnapshotSummary(
                id, created, instance, "/workspace", Optional.empty(), 1 << 20, Map.of(), Map.of(), nothing));
        return id;
    }

    private Set<SnapshotId> kept(int last, int daily, int weekly, int monthly) {
        return Retention.kept(snapshots, new RetentionRule(last, daily, weekly, monthly));
    }

    @Test
    void theNewestAreKeptInWhateverOrderTheyAreGiven() {
        SnapshotId newest = add("2031-03-05T12:00:02Z");
        add("2031-03-05T12:00:00Z");
        SnapshotId second = add("2031-03-05T12:00:01Z");
        assertThat(kept(2, 0, 0, 0)).containsExactlyInAnyOrder(newest, second);
        assertThat(kept(9, 0, 0, 0)).hasSize(3);
    }

    @Test
    void daysEndAtMidnightUtc() {
        add("2031-03-04T00:00:00Z");
        SnapshotId lastOfDay = add("2031-03-04T23:59:59.999999Z");
        SnapshotId nextDay = add("2031-03-05T00:00:00Z");
        assertThat(kept(0, 2, 0, 0)).containsExactlyInAnyOrder(lastOfDay, nextDay);
    }

    @Test
    void daysWithoutSnapshotsDoNotCount() {
        SnapshotId longAgo = add("2030-01-01T12:00:00Z");
        SnapshotId recent = add("2031-03-05T12:00:00Z");
        assertThat(kept(0, 2, 0, 0)).containsExactlyInAnyOrder(longAgo, recent);
    }

    @Test
    void weeksAreIsoWeeksAcrossTheTurnOfTheYear() {
        // 2024-12-30 to 2025-01-05 is week 1 of 2025; 2024-01-01 began week 1 of 2024.
        SnapshotId yearBefore = add("2024-01-02T12:00:00Z");
        add("2024-12-31T12:00:00Z");
        SnapshotId lastOfWeek = add("2025-01-03T12:00:00Z");
        assertThat(kept(0, 0, 5, 0)).containsExactlyInAnyOrder(yearBefore, lastOfWeek);
    }

    @Test
    void monthsOfDifferentYearsAreDifferentMonths() {
        SnapshotId lastYear = add("2030-03-31T12:00:00Z");
        add("2031-03-01T12:00:00Z");
        SnapshotId thisYear = add("2031-03-02T12:00:00Z");
        assertThat(kept(0, 0, 0, 5)).containsExactlyInAnyOrder(lastYear, thisYear);
        assertThat(kept(0, 0, 0, 1)).containsExactly(thisYear);
    }

    @Test
    void whatAnyPartKeepsIsKept() {
        SnapshotId january = add("2031-01-15T12:00:00Z");
        add("2031-03-04T11:00:00Z");
        SnapshotId yesterday = add("2031-03-04T12:00:00Z");
        add("2031-03-05T11:00:00Z");
        SnapshotId newest = add("2031-03-05T12:00:00Z");
        assertThat(kept(1, 2, 0, 2)).containsExactlyInAnyOrder(january, yesterday, newest);
    }

    @Test
    void eachInstanceIsCountedByItself() {
        SnapshotId one = add("gpu-1", "2031-03-01T12:00:00Z");
        add("gpu-2", "2031-03-02T12:00:00Z");
        SnapshotId two = add("gpu-2", "2031-03-03T12:00:00Z");
        assertThat(kept(1, 0, 0, 0)).containsExactlyInAnyOrder(one, two);
    }

    @Test
    void aRuleOfZerosKeepsEverything() {
        add("2031-03-05T12:00:00Z");
        add("2031-03-05T12:00:01Z");
        assertThat(Retention.kept(snapshots, RetentionRule.KEEP_ALL)).hasSize(2);
    }

    @Test
    void negativeNumbersAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new RetentionRule(0, -1, 0, 0));
    }
}
