package io.gpusnapshot.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.CreateRequest;
import io.gpusnapshot.GPUSnapshotService;
import io.gpusnapshot.PruneRequest;
import io.gpusnapshot.ReplicateRequest;
import io.gpusnapshot.RestoreRequest;
import io.gpusnapshot.model.ReplicaReport;
import io.gpusnapshot.model.RestoreInfo;
import io.gpusnapshot.model.RetentionRule;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.model.VerifyDepth;
import io.gpusnapshot.storage.ListOptions;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.testing.SeededRandom;
import io.gpusnapshot.testing.TreeListing;
import io.gpusnapshot.testing.Workspaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A snapshot from create to prune in the server of the container, of which nothing is known before. */
class S3ContainerSnapshotTest {
    private static final int WEIGHTS_BYTES = 70 << 20;

    @SuppressWarnings("NullAway.Init")
    private static ContainerServer server;

    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    @TempDir
    private Path folder = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private Path source;

    @BeforeAll
    static void startServer() {
        server = ContainerServer.start();
    }

    @AfterAll
    static void stopServer() {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void makeWorkspace() throws IOException {
        source = Files.createDirectory(folder.resolve("source"));
        Workspaces.mixed(source, random);
        Workspaces.write(source.resolve("weights.bin"), random.nextBytes(WEIGHTS_BYTES));
    }

    private static StorageProvider open() throws IOException {
        return ServedBucket.open(server.createBucket(), "team", ServedBucket.credentials());
    }

    @Test
    void aSnapshotGoesThereIsCopiedComesBackFromBothAndIsPruned() throws IOException {
        try (StorageProvider store = open();
                StorageProvider second = open();
                GPUSnapshotService service = GPUSnapshotService.builder()
                        .storage(store)
                        .replica(second)
                        .build()) {
            SnapshotId snapshot = service.createSnapshot(CreateRequest.builder()
                            .workspace(source)
                            .instanceId("gpu-1")
                            .build())
                    .id();
            assertThat(store.capabilities().atomicIfAbsent()).isTrue();
            assertThat(service.verifySnapshot(snapshot, VerifyDepth.DATA).problems())
                    .isEmpty();
            service.replicateSnapshot(ReplicateRequest.of(snapshot, second));

            Path target = folder.resolve("target");
            RestoreInfo restored = service.restoreSnapshot(RestoreRequest.of(snapshot, target));
            assertThat(restored.replicas()).extracting(ReplicaReport::failures).containsExactly(0L, 0L);
            assertThat(TreeListing.of(target)).isEqualTo(TreeListing.of(source));

            service.deleteSnapshot(snapshot);
            service.prune(PruneRequest.of(RetentionRule.ofLast(1)).withGrace(Duration.ZERO));
            assertThat(store.list(ListOptions.ofPrefix("packs/")).objects()).isEmpty();
        }
    }
}
