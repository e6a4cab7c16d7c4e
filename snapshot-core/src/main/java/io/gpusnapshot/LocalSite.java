package io.gpusnapshot;

import io.gpusnapshot.codec.CodecRegistry;
import io.gpusnapshot.internal.create.CreateJob;
import io.gpusnapshot.internal.create.CreateResources;
import io.gpusnapshot.internal.create.CreateWorkflow;
import io.gpusnapshot.internal.create.HostFacts;
import io.gpusnapshot.internal.repository.LeasedRepository;
import io.gpusnapshot.internal.repository.Repository;
import io.gpusnapshot.internal.restore.RestoreJob;
import io.gpusnapshot.internal.restore.RestoreResources;
import io.gpusnapshot.internal.scan.WorkspaceScanner;
import io.gpusnapshot.internal.transfer.PackStores;
import io.gpusnapshot.internal.transfer.ProgressMeter;
import io.gpusnapshot.model.RestoreInfo;
import io.gpusnapshot.model.SnapshotInfo;
import io.gpusnapshot.remote.LocalProcessExecutor;
import io.gpusnapshot.remote.RemoteExecutor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/**
 * This machine.
 *
 * @param stores where snapshots are restored from, the preferred one first; they are created in that one
 */
record LocalSite(
        List<StoreHandle> stores,
        CodecRegistry codecs,
        PackOpener packs,
        int parallelism,
        long memoryBytes,
        Clock clock)
        implements Site {
    @Override
    public Path workspace(Path named) {
        return named.toAbsolutePath();
    }

    @Override
    public void requireReadable(Path workspace) throws IOException {
        WorkspaceScanner.requireReadable(workspace);
    }

    @Override
    public void getReady(Path workspace) {
        // It always is.
    }

    @Override
    public Map<String, String> facts(Path workspace) {
        return HostFacts.ofThisMachine();
    }

    @Override
    public RemoteExecutor executor() {
        return LocalProcessExecutor.inHome();
    }

    @Override
    public SnapshotInfo create(Repository repository, LeasedRepository leased, CreateJob job, ProgressMeter progress)
            throws IOException {
        try (PackStores.Session session = packs.packs(stores.get(0)).open()) {
            CreateResources resources =
                    new CreateResources(parallelism, session.store().maxWriters(), memoryBytes);
            return new CreateWorkflow(repository, leased, session.store(), resources, clock).run(job, progress);
        }
    }

    @Override
    public RestoreInfo restore(RestoreJob job, ProgressMeter progress) throws IOException {
        RestoreResources resources = new RestoreResources(parallelism, memoryBytes);
        return new RestoreOperation(stores, codecs, resources, packs, progress).run(job);
    }

    @Override
    public void close() {
        // It serves other jobs, too.
    }
}
