package io.gpusnapshot;

import io.gpusnapshot.model.RestoreInfo;
import io.gpusnapshot.remote.SshTarget;
import java.util.List;

/**
 * What came of a restore on several hosts.
 *
 * @param hosts one result for each, in the order of the request
 */
public record FleetReport(List<HostResult> hosts) {
    public FleetReport {
        hosts = List.copyOf(hosts);
    }

    /** What came of one host. */
    public sealed interface HostResult {
        SshTarget target();
    }

    /** A host that has the snapshot now. */
    public record Restored(SshTarget target, RestoreInfo info) implements HostResult {}

    /**
     * A host that does not.
     *
     * @param failure mostly a {@link io.gpusnapshot.error.SnapshotException}
     */
    public record Failed(SshTarget target, Exception failure) implements HostResult {}

    /** Whether all hosts have the snapshot. */
    public boolean isComplete() {
        return hosts.stream().allMatch(Restored.class::isInstance);
    }
}
