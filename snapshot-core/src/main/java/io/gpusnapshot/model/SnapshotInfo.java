package io.gpusnapshot.model;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a create did.
 *
 * @param summary the snapshot
 * @param bytesRead raw bytes read from the workspace
 * @param bytesStored encoded bytes added to the repository, manifest included
 * @param bytesFetched encoded bytes of the parent that were read from the repository, to take differences to them
 * @param bytesReused raw bytes that were not stored because the repository, or this snapshot, had them already
 * @param filesUnchanged files that were not even read because nothing about them had changed
 * @param filesSkipped entries left out, or taken while they were changing; each has a warning
 * @param warnings the first 10,000 warnings
 * @param host about the host that the workspace is on, if it is not this machine
 */
public record SnapshotInfo(
        SnapshotSummary summary,
        long bytesRead,
        long bytesStored,
        long bytesFetched,
        long bytesReused,
        long filesUnchanged,
        long filesSkipped,
        Duration duration,
        List<SnapshotWarning> warnings,
        Optional<HostReport> host) {
    public SnapshotInfo {
        warnings = List.copyOf(warnings);
    }

    /** A copy that tells of the host. */
    public SnapshotInfo withHost(HostReport report) {
        return new SnapshotInfo(
                summary,
                bytesRead,
                bytesStored,
                bytesFetched,
                bytesReused,
                filesUnchanged,
                filesSkipped,
                duration,
                warnings,
                Optional.of(report));
    }

    public SnapshotId id() {
        return summary.id();
    }
}
