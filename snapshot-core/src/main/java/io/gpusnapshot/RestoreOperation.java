package io.gpusnapshot;

import io.gpusnapshot.codec.CodecRegistry;
import io.gpusnapshot.internal.format.RepositoryLayout;
import io.gpusnapshot.internal.repository.Repository;
import io.gpusnapshot.internal.restore.RestoreJob;
import io.gpusnapshot.internal.restore.RestoreResources;
import io.gpusnapshot.internal.restore.RestoreSource;
import io.gpusnapshot.internal.restore.RestoreWorkflow;
import io.gpusnapshot.internal.transfer.PackStores;
import io.gpusnapshot.internal.transfer.ProgressMeter;
import io.gpusnapshot.model.RestoreInfo;
import io.gpusnapshot.model.SnapshotId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** One restore: opens what there is of the stores. */
final class RestoreOperation {
    private final List<StoreHandle> stores;
    private final CodecRegistry codecs;
    private final RestoreResources resources;
    private final PackOpener packs;
    private final ProgressMeter progress;

    /**
     * @param stores where the snapshot may be, the preferred one first
     */
    RestoreOperation(
            List<StoreHandle> stores,
            CodecRegistry codecs,
            RestoreResources resources,
            PackOpener packs,
            ProgressMeter progress) {
        this.stores = stores;
        this.codecs = codecs;
        this.resources = resources;
        this.packs = packs;
        this.progress = progress;
    }

    RestoreInfo run(RestoreJob job) throws IOException {
        List<PackStores.Session> sessions = new ArrayList<>();
        try {
            List<RestoreSource> sources =
                    StoreHandle.openReplicas(stores, store -> open(store, job.snapshot(), sessions), progress);
            return new RestoreWorkflow(sources, resources).run(job, progress);
        } finally {
            sessions.forEach(PackStores.Session::close);
        }
    }

    private RestoreSource open(StoreHandle store, SnapshotId snapshot, List<PackStores.Session> sessions)
            throws IOException {
        PackStores.Session session = open(packs.packs(store));
        sessions.add(session);
        // Most packs of a snapshot are its own. What precedes reading them happens while the manifest is read.
        session.store().prepareReads(RepositoryLayout.pack(snapshot, 0));
        Repository repository = Repository.open(store.provider(), codecs);
        return RestoreSource.of(repository, session.store());
    }

    private PackStores.Session open(PackStores store) {
        return stores.size() == 1 ? store.open() : store.openReplica();
    }
}
