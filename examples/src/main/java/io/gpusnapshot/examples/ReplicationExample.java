package io.gpusnapshot.examples;

import io.gpusnapshot.GPUSnapshotService;
import io.gpusnapshot.ReplicateRequest;
import io.gpusnapshot.RestoreRequest;
import io.gpusnapshot.model.ReplicaReport;
import io.gpusnapshot.model.ReplicateInfo;
import io.gpusnapshot.model.RestoreInfo;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.storage.StorageConfig;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.StorageProviders;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;

/** Copies the newest snapshot to a second store, then restores it from both at once. */
public final class ReplicationExample {
    private ReplicationExample() {}

    /** Takes the URI of a second store and a directory to restore into; the first store comes from the environment. */
    public static void main(String[] arguments) throws IOException {
        StorageConfig second = StorageConfig.parse(arguments[0]);
        run(StorageConfig.fromEnvironment(), second, Path.of(arguments[1]), System.out);
    }

    static void run(StorageConfig first, StorageConfig second, Path target, PrintStream out) throws IOException {
        try (GPUSnapshotService service =
                GPUSnapshotService.builder().storage(first).replica(second).build()) {
            SnapshotId newest = service.latestSnapshot().orElseThrow();
            try (StorageProvider to = StorageProviders.open(second)) {
                ReplicateInfo copied = service.replicateSnapshot(ReplicateRequest.of(newest, to));
                out.println("copied " + copied.packsCopied() + " packs, " + copied.bytesCopied() + " bytes");
            }

            RestoreInfo restored = service.restoreSnapshot(RestoreRequest.of(newest, target));
            for (ReplicaReport replica : restored.replicas()) {
                out.println(replica.bytesFetched() + " bytes from " + replica.store());
            }
        }
    }
}
