package io.gpusnapshot.internal.restore;

import io.gpusnapshot.internal.repository.ManifestSource;
import io.gpusnapshot.internal.repository.Repository;
import io.gpusnapshot.internal.transfer.PackStore;
import io.gpusnapshot.model.SnapshotId;
import java.io.IOException;

/**
 * Where a snapshot may be.
 *
 * @param name the store, as it names itself
 * @param manifests where its manifest is read
 * @param packs the way to its packs
 */
public record RestoreSource(String name, ManifestSource manifests, PackStore packs) {
    /** A repository that may hold the snapshot. */
    public static RestoreSource of(Repository repository, PackStore packs) {
        return new RestoreSource(repository.store().toString(), repository, packs);
    }

    /**
     * The manifest of the snapshot.
     *
     * @param outlivesStore whether there are other stores to turn to, so that the one that it is from may die
     */
    RestoreManifest manifest(SnapshotId snapshot, boolean outlivesStore) throws IOException {
        return outlivesStore && manifests instanceof Repository repository
                ? RestoreManifest.copied(repository, snapshot)
                : RestoreManifest.stored(manifests, snapshot);
    }
}
