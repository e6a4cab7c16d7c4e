package io.gpusnapshot;

import io.gpusnapshot.internal.create.CreateJob;
import io.gpusnapshot.internal.create.CreateResources;
import io.gpusnapshot.internal.create.CreateWorkflow;
import io.gpusnapshot.internal.create.HostFacts;
import io.gpusnapshot.internal.repository.LeasedRepository;
import io.gpusnapshot.internal.repository.Repository;
import io.gpusnapshot.internal.restore.RestoreJob;
import io.gpusnapshot.internal.restore.RestoreResources;
import io.gpusnapshot.internal.restore.RestoreWorkflow;
import io.gpusnapshot.internal.scan.WorkspaceScanner;
import io.gpusnapshot.internal.transfer.PackStores;
import io.gpusnapshot.internal.transfer.ProgressMeter;
import io.gpusnapshot.model.RestoreInfo;
import io.gpusnapshot.model.SnapshotInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;

/** This machine. */
record LocalSite(PackStores packStores, int parallelism, long memoryBytes, Clock clock) implements Site {
    @Override
    public Path workspace(Path named) {
        return named.toAbsolutePath();
    }

    @Override
    public void requireReadable(Path workspace) throws IOException {
        WorkspaceScanner.requireReadable(workspace);
    }

    @Override
    public Map<String, String> facts() {
        return HostFacts.ofThisMachine();
    }

    @Override
    public SnapshotInfo create(Repository repository, LeasedRepository leased, CreateJob job, ProgressMeter progress)
            throws IOException {
        try (PackStores.Session packs = packStores.open()) {
            CreateResources resources =
                    new CreateResources(parallelism, packs.store().maxWriters(), memoryBytes);
            return new CreateWorkflow(repository, leased, packs.store(), resources, clock).run(job, progress);
        }
    }

    @Override
    public RestoreInfo restore(Repository repository, RestoreJob job, ProgressMeter progress) throws IOException {
        RestoreResources resources = new RestoreResources(parallelism, memoryBytes);
        try (PackStores.Session packs = packStores.open()) {
            return new RestoreWorkflow(repository, packs.store(), resources).run(job, progress);
        }
    }

    @Override
    public void close() {
        // It serves other jobs, too.
    }
}
