package io.gpusnapshot.cli;

import io.gpusnapshot.GPUSnapshotService;
import io.gpusnapshot.SnapshotListener;
import io.gpusnapshot.storage.StorageConfig;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where the repository is, in one place or several. */
final class ReplicaOptions {
    @Option(
            names = "--store",
            paramLabel = "URI",
            description = "The repository, for example file:///backup/gpu (default: from STORAGE_PROVIDER,"
                    + " STORAGE_BUCKET, STORAGE_PATH and the like in the environment). Repeatable: more stores are"
                    + " replicas, and data is read from all.")
    private List<StorageConfig> stores = List.of();

    @Mixin
    private final EngineOptions engine = new EngineOptions();

    /** Opens the service. The caller closes it. */
    GPUSnapshotService open(SnapshotListener listener) throws IOException {
        return engine.open(stores.isEmpty() ? List.of(StorageConfig.fromEnvironment()) : stores, listener);
    }
}
