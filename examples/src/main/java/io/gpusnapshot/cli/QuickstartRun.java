package io.gpusnapshot.cli;

import io.gpusnapshot.CreateRequest;
import io.gpusnapshot.GPUSnapshotService;
import io.gpusnapshot.RestoreRequest;
import io.gpusnapshot.model.RestoreInfo;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.model.SnapshotInfo;
import io.gpusnapshot.storage.StorageConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What quickstart does, phase by phase, in a directory of its own. */
final class QuickstartRun {
    private static final String INSTANCE = "quickstart";

    private final Path workspace;
    private final Path target;
    private final StorageConfig store;
    private final long weightBytes;
    private final ServiceOpener opener;
    private final List<Phase> phases = new ArrayList<>();

    /** Opens a service on a store. */
    @FunctionalInterface
    interface ServiceOpener {
        GPUSnapshotService open(StorageConfig store) throws IOException;
    }

    /**
     * One line of the table.
     *
     * @param bytes raw bytes that the phase was about
     * @param bytesStored bytes that it added to the repository
     */
    record Phase(String name, Duration duration, long bytes, long bytesStored) {}

    QuickstartRun(Path home, long weightBytes, ServiceOpener opener) {
        this.workspace = home.resolve("workspace");
        this.target = home.resolve("restored");
        this.store = StorageConfig.file(home.resolve("repository"));
        this.weightBytes = weightBytes;
        this.opener = opener;
    }

    /**
     * Runs all phases.
     *
     * @throws IOException if anything failed, or if what came back differs from what went in
     */
    List<Phase> run() throws IOException {
        SampleWorkspace sample = new SampleWorkspace(workspace, weightBytes);
        time("make a workspace", sample::make);
        try (GPUSnapshotService service = opener.open(store)) {
            create(service, "create");
            create(service, "create, nothing changed");
            time("change a bit", sample::change);
            SnapshotId last = create(service, "create, a bit changed");
            restore(service, last);
        }
        time("compare every byte", () -> TreeComparison.requireEqual(workspace, target));
        return phases;
    }

    private SnapshotId create(GPUSnapshotService service, String name) throws IOException {
        SnapshotInfo info = service.createSnapshot(CreateRequest.builder()
                .workspace(workspace)
                .instanceId(INSTANCE)
                .build());
        phases.add(new Phase(name, info.duration(), info.bytesRead(), info.bytesStored()));
        if (info.filesSkipped() > 0) {
            throw new IOException("The snapshot is not complete: " + info.warnings());
        }
        return info.id();
    }

    private void restore(GPUSnapshotService service, SnapshotId id) throws IOException {
        RestoreInfo info = service.restoreSnapshot(RestoreRequest.of(id, target));
        phases.add(new Phase("restore", info.duration(), info.bytesRestored(), 0));
    }

    /** Does something and says how many bytes it was about. */
    @FunctionalInterface
    private interface Work {
        long run() throws IOException;
    }

    private void time(String name, Work work) throws IOException {
        long start = System.nanoTime();
        long bytes = work.run();
        phases.add(new Phase(name, Duration.ofNanos(System.nanoTime() - start), bytes, 0));
    }
}
