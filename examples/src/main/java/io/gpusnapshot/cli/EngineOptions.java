package io.gpusnapshot.cli;

import io.gpusnapshot.GPUSnapshotService;
import io.gpusnapshot.GPUSnapshotServiceBuilder;
import io.gpusnapshot.SnapshotListener;
import io.gpusnapshot.storage.StorageConfig;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What a command may use of the machine. */
final class EngineOptions {
    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            description = "Room for all buffers (default: 512M, or 3/4 of the largest heap).")
    private Optional<ByteSize> memory = Optional.empty();

    @Option(names = "--parallelism", paramLabel = "N", description = "Threads (default: one per processor).")
    private Optional<Integer> parallelism = Optional.empty();

    @Option(
            names = "--connections",
            paramLabel = "N",
            description = "Most connections to a remote store (default: 200).")
    private Optional<Integer> connections = Optional.empty();

    @Option(
            names = "--min-connections",
            paramLabel = "N",
            description = "Fewest connections to a remote store (default: 1).")
    private Optional<Integer> minConnections = Optional.empty();

    @Option(
            names = "--hedge-percent",
            paramLabel = "N",
            description = "Bytes that a restore may fetch twice because a request stalls, in percent (default: 1).")
    private Optional<Integer> hedgePercent = Optional.empty();

    GPUSnapshotService open(StorageConfig store, SnapshotListener listener) throws IOException {
        return open(List.of(store), listener);
    }

    /** Opens a service on a store and, behind it, its replicas. */
    GPUSnapshotService open(List<StorageConfig> stores, SnapshotListener listener) throws IOException {
        GPUSnapshotServiceBuilder builder =
                GPUSnapshotService.builder().storage(stores.get(0)).listener(listener);
        stores.stream().skip(1).forEach(builder::replica);
        memory.ifPresent(size -> builder.memoryBytes(size.bytes()));
        parallelism.ifPresent(builder::parallelism);
        connections.ifPresent(builder::maxConnections);
        minConnections.ifPresent(builder::minConnections);
        hedgePercent.ifPresent(builder::hedgePercent);
        return builder.build();
    }
}
