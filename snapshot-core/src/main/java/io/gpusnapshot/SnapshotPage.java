package io.gpusnapshot;

import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.model.SnapshotSummary;
import io.gpusnapshot.model.SnapshotWarning;
import java.util.List;
import java.util.Optional;

/**
 * A part of a repository's snapshots, newest first.
 *
 * @param unreadable snapshots of this part whose manifests are damaged or too new, and why
 * @param next the snapshot that the next page starts with; empty on the last page
 */
public record SnapshotPage(
        List<SnapshotSummary> snapshots, List<SnapshotWarning> unreadable, Optional<SnapshotId> next) {
    public SnapshotPage {
        snapshots = List.copyOf(snapshots);
        unreadable = List.copyOf(unreadable);
    }
}
