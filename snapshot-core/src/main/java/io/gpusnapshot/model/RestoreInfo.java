package io.gpusnapshot.model;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a restore did.
 *
 * @param files regular files that are now as in the snapshot, hard links included
 * @param bytesRestored sum of their sizes
 * @param bytesFetched encoded bytes fetched from the store
 * @param bytesReused raw bytes that the workspace held already, verified
 * @param filesKept files that were already as in the snapshot
 * @param entriesDeleted extraneous entries that were deleted
 * @param replicas the stores that were read from, the preferred one first
 * @param warnings the first 10,000 warnings
 * @param host about the host that was restored on, if it is not this machine
 */
public record RestoreInfo(
        SnapshotSummary summary,
        long files,
        long bytesRestored,
        long bytesFetched,
        long bytesReused,
        long filesKept,
        long entriesDeleted,
        List<ReplicaReport> replicas,
        Duration duration,
        List<SnapshotWarning> warnings,
        Optional<HostReport> host) {
    public RestoreInfo {
        replicas = List.copyOf(replicas);
        warnings = List.copyOf(warnings);
    }

    /** A copy that tells of the host. */
    public RestoreInfo withHost(HostReport report) {
        return new RestoreInfo(
                summary,
                files,
                bytesRestored,
                bytesFetched,
                bytesReused,
                filesKept,
                entriesDeleted,
                replicas,
                duration,
                warnings,
                Optional.of(report));
    }
}
