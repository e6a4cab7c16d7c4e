package io.gpusnapshot.storage.b2;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.CreateRequest;
import io.gpusnapshot.GPUSnapshotService;
import io.gpusnapshot.ReplicateRequest;
import io.gpusnapshot.RestoreRequest;
import io.gpusnapshot.model.ReplicateInfo;
import io.gpusnapshot.model.RestoreInfo;
import io.gpusnapshot.model.RestoreVerification;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.model.VerifyDepth;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.b2.emulator.Fault;
import io.gpusnapshot.storage.b2.emulator.FaultEffect;
import io.gpusnapshot.storage.b2.emulator.Operation;
import io.gpusnapshot.storage.memory.MemoryStorageProvider;
import io.gpusnapshot.testing.SeededRandom;
import io.gpusnapshot.testing.TreeListing;
import io.gpusnapshot.testing.Workspaces;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots that go from another store into a bucket and back, by grants. */
class B2ReplicaTest {
    private static final int WEIGHTS_BYTES = 24 << 20;

    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    private final StorageProvider memory = new MemoryStorageProvider(Clock.systemUTC());

    @SuppressWarnings("NullAway.Init")
    private EmulatedBucket bucket;

    @SuppressWarnings("NullAway.Init")
    private StorageProvider remote;

    @SuppressWarnings("NullAway.Init")
    private Path source;

    @SuppressWarnings("NullAway.Init")
    private Path target;

    @SuppressWarnings("NullAway.Init")
    private SnapshotId snapshot;

    @BeforeEach
    void create(@TempDir Path folder) throws IOException {
        bucket = new EmulatedBucket(folder.resolve("bucket"));
        remote = bucket.open();
        source = folder.resolve("source");
        target = folder.resolve("target");
        Workspaces.write(source.resolve("weights.bin"), random.nextBytes(WEIGHTS_BYTES));
        try (GPUSnapshotService service =
                GPUSnapshotService.builder().storage(memory).build()) {
            snapshot = service.createSnapshot(CreateRequest.builder()
                            .workspace(source)
                            .instanceId("gpu-1")
                            .build())
                    .id();
        }
    }

    @AfterEach
    void close() throws IOException {
        remote.close();
        bucket.close();
    }

    private long calls(Operation operation) {
        return bucket.emulator.traffic().calls(operation);
    }

    private static ReplicateInfo replicate(SnapshotId id, StorageProvider from, StorageProvider to) throws IOException {
        try (GPUSnapshotService service =
                GPUSnapshotService.builder().storage(from).build()) {
            return service.replicateSnapshot(ReplicateRequest.of(id, to).withVerification(RestoreVerification.SHA256));
        }
    }

    @Test
    void packsGoUpInPartsAndComeBackInRanges() throws IOException {
        StorageProvider back = new MemoryStorageProvider(Clock.systemUTC());
        assertThat(replicate(snapshot, memory, remote).bytesCopied()).isGreaterThan(WEIGHTS_BYTES);
        assertThat(calls(Operation.UPLOAD_PART)).isGreaterThanOrEqualTo(4);

        replicate(snapshot, remote, back);

        assertThat(calls(Operation.GET_DOWNLOAD_AUTHORIZATION)).isPositive();
        try (GPUSnapshotService service =
                GPUSnapshotService.builder().storage(back).build()) {
            assertThat(service.verifySnapshot(snapshot, VerifyDepth.DATA).problems())
                    .isEmpty();
        }
    }

    @Test
    void aBucketThatLiesIsMadeUpForByAnotherStore() throws IOException {
        replicate(snapshot, memory, remote);
        bucket.emulator
                .faults()
                .inject(Fault.of(new FaultEffect.Flip(1000), Operation.DOWNLOAD_BY_NAME)
                        .named("packs/"));
        try (GPUSnapshotService service =
                GPUSnapshotService.builder().storage(remote).replica(memory).build()) {
            RestoreInfo restored = service.restoreSnapshot(RestoreRequest.of(snapshot, target));

            assertThat(restored.replicas().get(0).failures()).isPositive();
            assertThat(restored.replicas().get(1).failures()).isZero();
        }
        assertThat(TreeListing.of(target)).isEqualTo(TreeListing.of(source));
    }
}
