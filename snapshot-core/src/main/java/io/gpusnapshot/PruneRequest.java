package io.gpusnapshot;

import io.gpusnapshot.model.RetentionRule;
import java.time.Duration;

/**
 * What to prune.
 *
 * @param retention which snapshots to keep
 * @param grace packs younger than this are left alone even if no snapshot needs them
 * @param dryRun delete nothing, only report
 */
public record PruneRequest(RetentionRule retention, Duration grace, boolean dryRun) {
    /** A day: longer than any create that nobody has heard of is likely to run. */
    public static final Duration DEFAULT_GRACE = Duration.ofHours(24);

    public PruneRequest {
        if (grace.isNegative()) {
            throw new IllegalArgumentException("grace is negative: " + grace);
        }
    }

    public static PruneRequest of(RetentionRule retention) {
        return new PruneRequest(retention, DEFAULT_GRACE, false);
    }

    public PruneRequest withDryRun(boolean dry) {
        return new PruneRequest(retention, grace, dry);
    }

    public PruneRequest withGrace(Duration newGrace) {
        return new PruneRequest(retention, newGrace, dryRun);
    }
}
