package io.gpusnapshot.internal.restore;

import io.gpusnapshot.internal.scan.PathRules;
import io.gpusnapshot.model.RestoreVerification;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.model.SyncPolicy;
import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * What to restore, and how.
 *
 * @param only restore what matches, or everything if empty
 * @param first restore what matches before the rest
 * @param deleteExtraneous delete from the workspace what the snapshot does not have
 * @param rangeBytes most stored bytes to ask for at once; empty for what suits the store
 */
public record RestoreJob(
        SnapshotId snapshot,
        Path workspace,
        PathRules only,
        PathRules first,
        boolean deleteExtraneous,
        RestoreVerification verification,
        SyncPolicy sync,
        OptionalInt rangeBytes) {}
