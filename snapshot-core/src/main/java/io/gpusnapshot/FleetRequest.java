package io.gpusnapshot;

import io.gpusnapshot.remote.SshTarget;
import java.util.HashSet;
import java.util.List;

/**
 * A restore on several hosts. Immutable.
 *
 * @param restore what to restore on each of them; it names no host itself
 * @param targets the hosts, each once, at least one
 * @param parallelism hosts at a time, 1 to 256
 */
public record FleetRequest(RestoreRequest restore, List<SshTarget> targets, int parallelism) {
    /** Hosts at a time, unless told otherwise. The orchestrator does little for each. */
    public static final int DEFAULT_PARALLELISM = 16;

    private static final int MAX_PARALLELISM = 256;

    public FleetRequest {
        targets = List.copyOf(targets);
        if (restore.target().isPresent()) {
            throw new IllegalArgumentException(
                    "The restore names the host " + restore.target().get() + "; leave it out and list it as a target");
        }
        if (targets.isEmpty() || new HashSet<>(targets).size() < targets.size()) {
            throw new IllegalArgumentException("A fleet needs one target or more, each once, but has " + targets);
        }
        Bounds.require("parallelism", parallelism, 1, MAX_PARALLELISM);
        targets.forEach(SshTarget::requireComplete);
        targets.forEach(target -> Workspaces.requireRemote(target, restore.workspace()));
    }

    /** As many hosts at a time as usual. */
    public static FleetRequest of(RestoreRequest restore, List<SshTarget> targets) {
        return new FleetRequest(restore, targets, DEFAULT_PARALLELISM);
    }
}
