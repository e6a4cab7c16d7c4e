package io.gpusnapshot.internal.repository;

import io.gpusnapshot.internal.format.ManifestHeader;
import io.gpusnapshot.storage.ContentSource;
import java.io.IOException;

/** Where a create hands in its manifest, whether it runs beside the repository or on a host that does not have its keys. */
public interface ManifestSink {
    /**
     * Makes the snapshot exist. Every pack that the manifest names must be durable before.
     *
     * @param reliesOnParent whether the manifest names packs that other creates have stored
     * @param manifest the encoded manifest
     * @throws io.gpusnapshot.error.SnapshotConflictException if a snapshot of this id exists and is not this one, or if
     *     packs, or the parent that is relied on, may have been deleted meanwhile
     */
    void commit(ManifestHeader header, boolean reliesOnParent, ContentSource manifest) throws IOException;
}
