package io.gpusnapshot.internal.repository;

import io.gpusnapshot.codec.CodecRegistry;
import io.gpusnapshot.internal.format.ManifestReader;
import io.gpusnapshot.model.SnapshotId;
import java.io.IOException;

/** Where a job reads manifests, whether it runs beside the repository or on a host that does not have its keys. */
public interface ManifestSource {
    /** The codecs to decode with. */
    CodecRegistry codecs();

    /** Whether there is such a snapshot. */
    boolean exists(SnapshotId id) throws IOException;

    /**
     * Opens a snapshot's manifest; the caller closes it.
     *
     * @throws io.gpusnapshot.error.SnapshotNotFoundException if there is no such snapshot
     */
    ManifestReader manifest(SnapshotId id) throws IOException;
}
