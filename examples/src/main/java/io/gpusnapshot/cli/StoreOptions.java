package io.gpusnapshot.cli;

import io.gpusnapshot.GPUSnapshotService;
import io.gpusnapshot.SnapshotListener;
import io.gpusnapshot.storage.StorageConfig;
import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where the repository is. */
final class StoreOptions {
    @Option(
            names = "--store",
            paramLabel = "URI",
            description = "The repository, for example file:///backup/gpu (default: from STORAGE_PROVIDER,"
                    + " STORAGE_BUCKET, STORAGE_PATH and the like in the environment).")
    private Optional<StorageConfig> store = Optional.empty();

    @Mixin
    private final EngineOptions engine = new EngineOptions();

    /** Opens the service. The caller closes it. */
    GPUSnapshotService open() throws IOException {
        return open(event -> {});
    }

    GPUSnapshotService open(SnapshotListener listener) throws IOException {
        return engine.open(store.orElseGet(StorageConfig::fromEnvironment), listener);
    }
}
