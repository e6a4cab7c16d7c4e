package io.gpusnapshot;

import static java.util.Objects.requireNonNull;

import io.gpusnapshot.model.RestoreVerification;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.storage.StorageProvider;

/**
 * What to copy, and where to. Immutable.
 *
 * @param snapshot the snapshot
 * @param target the store that is to hold it too: empty, or a replica of the same repository; the caller closes it
 * @param verification how the chunks of each pack are checked before the pack is stored
 */
public record ReplicateRequest(SnapshotId snapshot, StorageProvider target, RestoreVerification verification) {
    public ReplicateRequest {
        requireNonNull(snapshot);
        requireNonNull(target);
        requireNonNull(verification);
    }

    /** Compares the checksums of stored bytes, which finds accidents and costs next to nothing. */
    public static ReplicateRequest of(SnapshotId snapshot, StorageProvider target) {
        return new ReplicateRequest(snapshot, target, RestoreVerification.CRC32C);
    }

    /** {@link RestoreVerification#SHA256} decodes every chunk and compares its digest. */
    public ReplicateRequest withVerification(RestoreVerification choice) {
        return new ReplicateRequest(snapshot, target, choice);
    }
}
