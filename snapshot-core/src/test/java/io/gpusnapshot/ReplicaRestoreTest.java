package io.gpusnapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.error.SnapshotNotFoundException;
import io.gpusnapshot.error.StorageUnavailableException;
import io.gpusnapshot.model.ReplicaReport;
import io.gpusnapshot.model.RestoreInfo;
import io.gpusnapshot.model.RestoreVerification;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.model.SnapshotWarning;
import io.gpusnapshot.model.SyncPolicy;
import io.gpusnapshot.storage.StorageConfig;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.memory.MemoryStorageProvider;
import io.gpusnapshot.testing.FaultyStorageProvider;
import io.gpusnapshot.testing.FaultyStorageProvider.Operation;
import io.gpusnapshot.testing.SeededRandom;
import io.gpusnapshot.testing.TreeListing;
import io.gpusnapshot.testing.Workspaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A restore from several stores brings back everything as long as each byte is right in one of them. */
class ReplicaRestoreTest {
    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    private final StorageProvider first = new MemoryStorageProvider(Clock.systemUTC());
    private final StorageProvider second = new MemoryStorageProvider(Clock.systemUTC());
    private Path directory;
    private Path source;
    private SnapshotId snapshot;
    private String oldPack;
    private String newPack;

    @BeforeEach
    void create(@TempDir Path temporary) throws IOException {
        directory = temporary;
        source = directory.resolve("source");
        Workspaces.write(source.resolve("a"), random.nextBytes(9 * ServiceFixture.CHUNK_BYTES));
        Workspaces.write(source.resolve("b/small"), random.nextBytes(70));
        try (ServiceFixture fixture = new ServiceFixture(first)) {
            oldPack = "packs/" + fixture.create(source).id() + "/000000.pack";
            Workspaces.write(source.resolve("c"), random.nextBytes(2 * ServiceFixture.CHUNK_BYTES));
            snapshot = fixture.create(source).id();
            newPack = "packs/" + snapshot + "/000000.pack";
            fixture.service.replicateSnapshot(ReplicateRequest.of(snapshot, second));
        }
    }

    private String manifest() {
        return "snapshots/" + snapshot + ".manifest";
    }

    private static GPUSnapshotServiceBuilder service(StorageProvider store) {
        return GPUSnapshotService.builder().storage(store).parallelism(3);
    }

    private RestoreInfo restore(GPUSnapshotServiceBuilder builder, RestoreVerification verification)
            throws IOException {
        Path target = Files.createTempDirectory(directory, "target");
        try (GPUSnapshotService service = builder.build()) {
            RestoreInfo info = service.restoreSnapshot(RestoreRequest.builder(snapshot, target)
                    .verification(verification)
                    .sync(SyncPolicy.NONE)
                    .build());
            assertThat(TreeListing.of(target)).isEqualTo(TreeListing.of(source));
            assertThat(info.bytesFetched())
                    .isEqualTo(info.replicas().stream()
                            .mapToLong(ReplicaReport::bytesFetched)
                            .sum());
            return info;
        } finally {
            Leaks.assertNone(first, List.of(target));
        }
    }

    private RestoreInfo restore(StorageProvider one, StorageProvider other) throws IOException {
        return restore(service(one).replica(other), RestoreVerification.SHA256);
    }

    private static List<String> texts(RestoreInfo info) {
        return info.warnings().stream().map(SnapshotWarning::toString).toList();
    }

    @Test
    void bothStoresServe() throws IOException {
        RestoreInfo info = restore(first, second);

        assertThat(info.replicas())
                .hasSize(2)
                .allSatisfy(replica -> assertThat(replica.bytesFetched()).isPositive())
                .allSatisfy(replica -> assertThat(replica.failures()).isZero());
        assertThat(info.warnings()).isEmpty();
    }

    @Test
    void anOnlyStoreIsReportedToo() throws IOException {
        RestoreInfo info = restore(service(first), RestoreVerification.SHA256);

        assertThat(info.replicas()).containsExactly(new ReplicaReport(first.toString(), info.bytesFetched(), 0));
    }

    @ParameterizedTest
    @EnumSource(RestoreVerification.class)
    void aStoreThatFlipsBitsIsFoundOutAndTheOtherServes(RestoreVerification verification) throws IOException {
        for (int chunk = 0; chunk < 9; chunk++) {
            StoredObjects.flip(first, oldPack, chunk * ServiceFixture.CHUNK_BYTES + 5, 1);
        }

        RestoreInfo info = restore(service(first).replica(second), verification);

        assertThat(info.replicas().get(0).failures()).isPositive();
        assertThat(info.replicas().get(1).failures()).isZero();
        assertThat(texts(info)).singleElement().asString().contains(oldPack, "asking another replica");
    }

    @Test
    void damageInBothStoresIsHarmlessWhereItDiffers() throws IOException {
        StoredObjects.flip(first, oldPack, 5, 1);
        StoredObjects.flip(second, oldPack, ServiceFixture.CHUNK_BYTES + 5, 1);
        StoredObjects.truncate(second, newPack, 10);

        restore(first, second);
    }

    @Test
    void damageToTheSameChunkInBothStoresNamesFilesAndStores() throws IOException {
        StoredObjects.flip(first, oldPack, 5, 1);
        StoredObjects.flip(second, oldPack, 6, 1);

        assertThatExceptionOfType(DataIntegrityException.class)
                .isThrownBy(() -> restore(first, second))
                .withMessageContainingAll("1 files of " + snapshot, ": a;", "No replica delivers bytes 0 to")
                .withMessageContainingAll(first.toString() + ": ", second.toString() + ": ");
    }

    @Test
    void aMissingPackComesFromTheOther() throws IOException {
        StoredObjects.delete(first, oldPack);
        StoredObjects.delete(second, newPack);

        assertThat(texts(restore(first, second))).allMatch(text -> text.contains("asking another replica"));
    }

    @Test
    void aStoreThatDiesInTheMiddleIsReplaced() throws IOException {
        for (long n = 1; n < 8; n++) {
            FaultyStorageProvider dying = new FaultyStorageProvider(first);
            dying.failFrom(n, FaultyStorageProvider::unavailable);
            restore(dying, second);
            assertThat(dying.openBodies()).isZero();
        }
    }

    @Test
    void aStoreWhoseBodiesBreakIsReplaced() throws IOException {
        FaultyStorageProvider breaking = new FaultyStorageProvider(first);
        for (long n = 1; n < 20; n++) {
            breaking.breakBody(n, 1000, FaultyStorageProvider::unavailable);
        }

        restore(breaking, second);

        assertThat(breaking.openBodies()).isZero();
    }

    @Test
    void theManifestIsTakenFromTheFirstThatHasItWhole() throws IOException {
        StoredObjects.truncate(first, manifest(), 300);

        RestoreInfo info = restore(first, second);

        assertThat(texts(info)).singleElement().asString().contains("replica skipped", first.toString());
        assertThat(info.replicas()).as("its packs are sound").hasSize(2);
    }

    @Test
    void aStoreWithoutTheSnapshotIsSkipped() throws IOException {
        StoredObjects.delete(second, manifest());
        assertThat(texts(restore(first, second))).singleElement().asString().contains("replica skipped");

        RestoreInfo info = restore(second, first);
        assertThat(texts(info)).singleElement().asString().contains("replica skipped", "There is no snapshot");
        assertThat(info.replicas()).hasSize(1);
    }

    @Test
    void aStoreThatCannotBeOpenedIsSkipped() throws IOException {
        StorageConfig nowhere = StorageConfig.file(Files.writeString(directory.resolve("file"), "no folder"));

        RestoreInfo info =
                restore(GPUSnapshotService.builder().storage(nowhere).replica(second), RestoreVerification.SHA256);

        assertThat(texts(info)).singleElement().asString().contains("replica skipped", nowhere.toString());
        try (GPUSnapshotService service =
                GPUSnapshotService.builder().storage(nowhere).replica(second).build()) {
            assertThat(service.latestSnapshot()).contains(snapshot);
        }
    }

    @Test
    void theLatestSnapshotIsThatOfAllStores() throws IOException {
        SnapshotId later;
        try (ServiceFixture fixture = new ServiceFixture(first)) {
            later = fixture.create(source).id();
        }
        try (GPUSnapshotService service = service(second).replica(first).build()) {
            assertThat(service.latestSnapshot()).contains(later);
        }
    }

    @Test
    void ifNoStoreHasTheSnapshotAllAreNamed() throws IOException {
        StoredObjects.delete(first, manifest());
        StoredObjects.delete(second, manifest());

        assertThatExceptionOfType(SnapshotNotFoundException.class)
                .isThrownBy(() -> restore(first, second))
                .withMessageContainingAll(snapshot.value(), first.toString(), second.toString());
    }

    @Test
    void ifAllStoresFailAllAreNamedAndTheRestoreCanBeRunAgain() throws IOException {
        FaultyStorageProvider one = failingPacks(first);
        FaultyStorageProvider other = failingPacks(second);

        assertThatExceptionOfType(StorageUnavailableException.class)
                .isThrownBy(() -> restore(one, other))
                .withMessageContainingAll(one.toString() + ": ", other.toString() + ": ");
    }

    /** Repository and manifest can be read, and no more. */
    private static FaultyStorageProvider failingPacks(StorageProvider store) {
        FaultyStorageProvider failing = new FaultyStorageProvider(store);
        for (long n = 3; n < 30; n++) {
            failing.failCall(Operation.OPEN, n, FaultyStorageProvider::unavailable);
        }
        return failing;
    }
}
