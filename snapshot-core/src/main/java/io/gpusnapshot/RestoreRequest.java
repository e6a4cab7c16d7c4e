package io.gpusnapshot;

import static java.util.Objects.requireNonNull;

import io.gpusnapshot.internal.restore.RangeLimits;
import io.gpusnapshot.internal.scan.PathRules;
import io.gpusnapshot.model.RestoreVerification;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.model.SyncPolicy;
import io.gpusnapshot.remote.SshTarget;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What to restore, and how. Immutable; made by {@link #of} or {@link #builder}.
 *
 * @param snapshot the snapshot
 * @param target the host to restore on; empty for this machine
 * @param workspace directory to restore into; what is in it already serves as a source of data
 * @param only patterns in gitignore syntax; if there are any, only what matches is restored
 * @param first patterns of what is restored before everything else
 * @param deleteExtraneous delete from the workspace what the snapshot does not have
 * @param verification how bytes are checked before they are written
 * @param sync what is made durable before success is reported
 * @param rangeBytes most stored bytes that one request asks a store for, unless a chunk is longer; empty for 16 MiB where a
 *     request costs time, and chunk by chunk elsewhere
 * @param before commands to run on the host before anything is changed
 * @param after commands to run on the host once the restore has succeeded
 */
public record RestoreRequest(
        SnapshotId snapshot,
        Optional<SshTarget> target,
        Path workspace,
        List<String> only,
        List<String> first,
        boolean deleteExtraneous,
        RestoreVerification verification,
        SyncPolicy sync,
        OptionalInt rangeBytes,
        List<HostHook> before,
        List<HostHook> after) {
    public RestoreRequest {
        target.ifPresent(host -> Workspaces.requireRemote(host, workspace));
        only = List.copyOf(only);
        first = List.copyOf(first);
        before = List.copyOf(before);
        after = List.copyOf(after);
        PathRules.parse(only);
        PathRules.parse(first);
        if (deleteExtraneous && !only.isEmpty()) {
            throw new IllegalArgumentException("deleteExtraneous cannot go with only: it would delete everything that"
                    + " is not selected; restore the whole snapshot, or do not delete");
        }
        rangeBytes.ifPresent(
                bytes -> Bounds.require("rangeBytes", bytes, RangeLimits.MIN_BYTES, RangeLimits.MAX_BYTES));
    }

    /** Restores everything. */
    public static RestoreRequest of(SnapshotId snapshot, Path workspace) {
        return builder(snapshot, workspace).build();
    }

    /** Restores everything. */
    public static RestoreRequest of(SnapshotId snapshot, String workspace) {
        return of(snapshot, Workspaces.parse(workspace));
    }

    /** Restores everything on another host, into a directory there, whose path is absolute. */
    public static RestoreRequest of(SnapshotId snapshot, SshTarget target, String workspace) {
        return builder(snapshot, Workspaces.parse(workspace)).target(target).build();
    }

    /** A copy for a host. */
    RestoreRequest on(SshTarget host) {
        return new RestoreRequest(
                snapshot,
                Optional.of(host),
                workspace,
                only,
                first,
                deleteExtraneous,
                verification,
                sync,
                rangeBytes,
                before,
                after);
    }

    public static Builder builder(SnapshotId snapshot, Path workspace) {
        return new Builder(snapshot, workspace);
    }

    /** Collects the parts of a request. Not thread-safe. */
    public static final class Builder {
        private final SnapshotId snapshot;
        private final Path workspace;
        private Optional<SshTarget> target = Optional.empty();
        private final List<String> only = new ArrayList<>();
        private final List<String> first = new ArrayList<>();
        private boolean deleteExtraneous;
        private RestoreVerification verification = RestoreVerification.SHA256;
        private SyncPolicy sync = SyncPolicy.FILES;
        private OptionalInt rangeBytes = OptionalInt.empty();
        private final List<HostHook> before = new ArrayList<>();
        private final List<HostHook> after = new ArrayList<>();

        private Builder(SnapshotId snapshot, Path workspace) {
            this.snapshot = requireNonNull(snapshot);
            this.workspace = requireNonNull(workspace);
        }

        /** The host to restore on. Default: this machine. */
        public Builder target(SshTarget host) {
            target = Optional.of(host.requireComplete());
            return this;
        }

        /** Restores only what matches this or another such pattern, with the directories that it lies in. */
        public Builder only(String pattern) {
            only.add(requireNonNull(pattern));
            return this;
        }

        /** Restores what matches before everything else. */
        public Builder first(String pattern) {
            first.add(requireNonNull(pattern));
            return this;
        }

        /** Whether to delete from the workspace what the snapshot does not have. Default: false. */
        public Builder deleteExtraneous(boolean delete) {
            deleteExtraneous = delete;
            return this;
        }

        /** Default: {@link RestoreVerification#SHA256}. */
        public Builder verification(RestoreVerification choice) {
            verification = requireNonNull(choice);
            return this;
        }

        /** Default: {@link SyncPolicy#FILES}. */
        public Builder sync(SyncPolicy policy) {
            sync = requireNonNull(policy);
            return this;
        }

        /**
         * Most stored bytes that one request asks a store for, 1 MiB to 256 MiB; a chunk that is longer comes by a
         * request of its own. Requests become shorter towards the end of a restore, so that all connections end together.
         * Default: 16 MiB, the best or nearly so on all ways measured (docs/performance.md); folders are read chunk by chunk.
         */
        public Builder rangeBytes(int bytes) {
            rangeBytes = OptionalInt.of(bytes);
            return this;
        }

        /** Runs a command on the host before anything is changed there. */
        public Builder before(HostHook hook) {
            before.add(requireNonNull(hook));
            return this;
        }

        /** Runs a command on the host once the restore has succeeded. */
        public Builder after(HostHook hook) {
            after.add(requireNonNull(hook));
            return this;
        }

        /**
         * @throws IllegalArgumentException if a pattern is malformed, a size is out of its range, or two choices
         *     contradict each other
         */
        public RestoreRequest build() {
            return new RestoreRequest(
                    snapshot,
                    target,
                    workspace,
                    only,
                    first,
                    deleteExtraneous,
                    verification,
                    sync,
                    rangeBytes,
                    before,
                    after);
        }
    }
}
