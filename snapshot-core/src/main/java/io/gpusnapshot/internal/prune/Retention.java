package io.gpusnapshot.internal.prune;

import io.gpusnapshot.model.RetentionRule;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.model.SnapshotSummary;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.IsoFields;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/** Applies a retention rule. */
final class Retention {
    private Retention() {}

    /** The snapshots that the rule keeps. */
    static Set<SnapshotId> kept(List<SnapshotSummary> snapshots, RetentionRule rule) {
        Set<SnapshotId> kept = new HashSet<>();
        Map<String, List<SnapshotSummary>> byInstance = new TreeMap<>();
        for (SnapshotSummary snapshot : snapshots) {
            byInstance
                    .computeIfAbsent(snapshot.instanceId(), id -> new ArrayList<>())
                    .add(snapshot);
        }
        for (List<SnapshotSummary> group : byInstance.values()) {
            group.sort(Comparator.comparing(SnapshotSummary::createdAt).reversed());
            keep(group, rule.keepsAll() ? group.size() : rule.last(), SnapshotSummary::id, kept);
            keep(group, rule.daily(), Retention::day, kept);
            keep(group, rule.weekly(), Retention::week, kept);
            keep(group, rule.monthly(), Retention::month, kept);
        }
        return kept;
    }

    /** Keeps the newest snapshot of each of the first periods that have any. */
    private static void keep(
            List<SnapshotSummary> newestFirst,
            int periods,
            Function<SnapshotSummary, Object> periodOf,
            Set<SnapshotId> kept) {
        Set<Object> seen = new HashSet<>();
        for (SnapshotSummary snapshot : newestFirst) {
            if (seen.size() < periods && seen.add(periodOf.apply(snapshot))) {
                kept.add(snapshot.id());
            }
        }
    }

    private static LocalDate day(SnapshotSummary snapshot) {
        return snapshot.createdAt().atZone(ZoneOffset.UTC).toLocalDate();
    }

    private static String week(SnapshotSummary snapshot) {
        LocalDate day = day(snapshot);
        return day.get(IsoFields.WEEK_BASED_YEAR) + "-" + day.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR);
    }

    private static String month(SnapshotSummary snapshot) {
        LocalDate day = day(snapshot);
        return day.getYear() + "-" + day.getMonthValue();
    }
}
