package io.gpusnapshot.examples;

import io.gpusnapshot.CreateRequest;
import io.gpusnapshot.GPUSnapshotService;
import io.gpusnapshot.RestoreRequest;
import io.gpusnapshot.model.RestoreInfo;
import io.gpusnapshot.model.SnapshotInfo;
import io.gpusnapshot.model.SnapshotSummary;
import io.gpusnapshot.storage.StorageConfig;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Optional;

/** Takes a snapshot of a workspace, restores it elsewhere, and lists what there is. */
public final class EmbeddedExample {
    private EmbeddedExample() {}

    /** Takes a workspace and a directory to restore into; the store comes from the environment. */
    public static void main(String[] arguments) throws IOException {
        run(StorageConfig.fromEnvironment(), Path.of(arguments[0]), Path.of(arguments[1]), System.out);
    }

    static void run(StorageConfig store, Path workspace, Path target, PrintStream out) throws IOException {
        try (GPUSnapshotService service =
                GPUSnapshotService.builder().storage(store).build()) {
            SnapshotInfo snapshot = service.createSnapshot(CreateRequest.builder()
                    .workspace(workspace)
                    .instanceId("gpu-1")
                    .exclude("**/__pycache__/**")
                    .label("run", "42")
                    .build());
            out.println("created " + snapshot.id() + ", " + snapshot.bytesStored() + " bytes stored");

            RestoreInfo restored = service.restoreSnapshot(RestoreRequest.of(snapshot.id(), target));
            out.println("restored " + restored.files() + " files, " + restored.bytesFetched() + " bytes fetched");

            for (SnapshotSummary summary :
                    service.listSnapshots(Optional.empty(), 10).snapshots()) {
                out.println("there is " + summary.id() + " " + summary.labels());
            }
        }
    }
}
