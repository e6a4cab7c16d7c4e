package io.gpusnapshot.model;

import java.time.Duration;
import java.util.List;

/**
 * What a verification found.
 *
 * @param packs packs looked at
 * @param chunks chunks read
 * @param bytesRead stored bytes read
 * @param problems what is wrong; empty if the snapshot is sound as far as the depth shows
 * @param damagedFiles the first 1,000 files that could not be restored in full
 */
public record VerifyReport(
        SnapshotSummary summary,
        VerifyDepth depth,
        long packs,
        long chunks,
        long bytesRead,
        List<SnapshotWarning> problems,
        List<RawPath> damagedFiles,
        Duration duration) {
    public VerifyReport {
        problems = List.copyOf(problems);
        damagedFiles = List.copyOf(damagedFiles);
    }

    public boolean isSound() {
        return problems.isEmpty();
    }
}
