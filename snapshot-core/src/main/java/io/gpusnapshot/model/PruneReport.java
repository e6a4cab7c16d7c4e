package io.gpusnapshot.model;

import java.util.List;

/**
 * What a prune deleted, or would delete if it was a dry run.
 *
 * @param snapshots snapshots that the retention rule did not keep
 * @param packs packs that no snapshot needs any more
 * @param bytes stored bytes of these packs
 */
public record PruneReport(boolean dryRun, List<SnapshotId> snapshots, long packs, long bytes) {
    public PruneReport {
        snapshots = List.copyOf(snapshots);
    }
}
