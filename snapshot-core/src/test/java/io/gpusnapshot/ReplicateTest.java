package io.gpusnapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.error.SnapshotConflictException;
import io.gpusnapshot.error.SnapshotNotFoundException;
import io.gpusnapshot.error.StorageAccessException;
import io.gpusnapshot.internal.format.StoredPack;
import io.gpusnapshot.model.ReplicateInfo;
import io.gpusnapshot.model.RestoreVerification;
import io.gpusnapshot.model.RetentionRule;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.model.VerifyDepth;
import io.gpusnapshot.storage.StorageConfig;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.StorageProviders;
import io.gpusnapshot.storage.memory.MemoryStorageProvider;
import io.gpusnapshot.testing.FakeClock;
import io.gpusnapshot.testing.FaultyStorageProvider;
import io.gpusnapshot.testing.FaultyStorageProvider.Operation;
import io.gpusnapshot.testing.SeededRandom;
import io.gpusnapshot.testing.TreeListing;
import io.gpusnapshot.testing.Workspaces;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A replica is the same snapshot in another place, or it is not there. */
class ReplicateTest {
    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    private final FakeClock clock = new FakeClock();
    private final StorageProvider store = new MemoryStorageProvider(clock);
    private final StorageProvider target = new MemoryStorageProvider(clock);
    private final ServiceFixture fixture;
    private Path directory;
    private Path source;
    private SnapshotId first;
    private SnapshotId second;

    ReplicateTest() throws IOException {
        fixture = new ServiceFixture(store, clock);
    }

    @BeforeEach
    void create(@TempDir Path temporary) throws IOException {
        directory = temporary;
        source = directory.resolve("source");
        Workspaces.write(source.resolve("a/large"), random.nextBytes(5 * ServiceFixture.CHUNK_BYTES + 7));
        Workspaces.write(source.resolve("b"), "text ".repeat(900).getBytes(StandardCharsets.UTF_8));
        first = fixture.create(source).id();
        clock.advance(Duration.ofHours(1));
        Workspaces.write(source.resolve("c"), random.nextBytes(ServiceFixture.CHUNK_BYTES));
        second = fixture.create(source).id();
        clock.advance(Duration.ofHours(1));
    }

    @AfterEach
    void close() throws IOException {
        fixture.close();
    }

    private ReplicateInfo replicate(SnapshotId id) throws IOException {
        return replicate(id, target);
    }

    private ReplicateInfo replicate(SnapshotId id, StorageProvider to) throws IOException {
        return fixture.service.replicateSnapshot(ReplicateRequest.of(id, to));
    }

    private static String manifest(SnapshotId id) {
        return "snapshots/" + id + ".manifest";
    }

    private static String pack(SnapshotId creator) {
        return "packs/" + creator + "/000000.pack";
    }

    private void assertWhole(SnapshotId id, StorageProvider replica) throws IOException {
        assertThat(StoredObjects.read(replica, manifest(id))).isEqualTo(StoredObjects.read(store, manifest(id)));
        assertThat(StoredObjects.keys(replica, StoredObjects.LEASES)).isEmpty();
        try (ServiceFixture other = new ServiceFixture(replica, clock)) {
            assertThat(other.service.verifySnapshot(id, VerifyDepth.DATA).problems())
                    .isEmpty();
            Path restored = Files.createTempDirectory(directory, "restored");
            other.restoreUnsynced(id, restored);
            assertThat(TreeListing.of(restored)).isEqualTo(TreeListing.of(source));
        }
    }

    @Test
    void aReplicaHasTheSameManifestAndThePacksOfAllAncestors() throws IOException {
        ReplicateInfo info = replicate(second);

        assertWhole(second, target);
        assertThat(StoredObjects.keys(target, ""))
                .containsExactly(pack(first), pack(second), "repository.json", manifest(second));
        assertThat(info.summary().id()).isEqualTo(second);
        assertThat(info.packs()).isEqualTo(2);
        assertThat(info.packsCopied()).isEqualTo(2);
        assertThat(info.bytesCopied())
                .isEqualTo(
                        StoredObjects.read(store, pack(first)).length + StoredObjects.read(store, pack(second)).length);
        assertThat(info.bytesPresent()).isZero();
        assertThat(info.warnings()).isEmpty();
    }

    @Test
    void whatTheTargetHasIsNotCopiedAgain() throws IOException {
        replicate(first);
        ReplicateInfo later = replicate(second);
        ReplicateInfo again = replicate(second);

        assertThat(later.packsCopied()).isEqualTo(1);
        assertThat(later.bytesPresent()).isEqualTo(StoredObjects.read(store, pack(first)).length);
        assertThat(again.packsCopied()).isZero();
        assertWhole(second, target);
    }

    @Test
    void aReplicaCanBeReplicatedAndBuiltUpon() throws IOException {
        StorageProvider third = new MemoryStorageProvider(clock);
        replicate(second);
        try (ServiceFixture middle = new ServiceFixture(target, clock)) {
            middle.service.replicateSnapshot(ReplicateRequest.of(second, third));
            assertThat(middle.create(source).bytesReused()).isGreaterThan(6 * ServiceFixture.CHUNK_BYTES);
        }
        assertWhole(second, third);
    }

    @Test
    void aFolderCanBeTheTarget() throws IOException {
        Path folder = directory.resolve("replica");
        try (StorageProvider files = StorageProviders.open(StorageConfig.file(folder))) {
            replicate(second, files);
            assertWhole(second, files);
        }
    }

    @Test
    void aPackOfTheWrongLengthIsNotTakenForWhole() throws IOException {
        replicate(second);
        StoredObjects.truncate(target, pack(first), 1000);

        assertThat(replicate(second).packsCopied()).isEqualTo(1);
        assertWhole(second, target);
    }

    @Test
    void everyChunkIsCheckedBeforeItsPackIsStored() throws IOException {
        StoredObjects.flip(store, pack(first), 70_000, 1);

        assertThatExceptionOfType(DataIntegrityException.class)
                .isThrownBy(() -> replicate(second))
                .withMessageContainingAll(pack(first), "CRC32C");
        assertThat(StoredObjects.keys(target, ""))
                .doesNotContain(pack(first), manifest(second))
                .noneMatch(key -> key.startsWith(StoredObjects.LEASES));
    }

    @Test
    void aForgeryIsFoundWhenChunksAreDecoded() throws IOException {
        ReplicateRequest request = ReplicateRequest.of(second, target).withVerification(RestoreVerification.SHA256);
        fixture.service.replicateSnapshot(request);

        assertWhole(second, target);
    }

    @Test
    void damageToWhatOnlyOthersNeedIsWarnedOf() throws IOException {
        int length = StoredObjects.read(store, pack(second)).length;
        StoredObjects.flip(store, pack(second), length - 30, 1);

        ReplicateInfo info = replicate(second);

        assertThat(info.warnings())
                .singleElement()
                .satisfies(warning -> assertThat(warning.path()).isEqualTo(pack(second)));
    }

    @Test
    void aPackThatIsMissingIsNamed() throws IOException {
        StoredObjects.delete(store, pack(first));

        assertThatExceptionOfType(DataIntegrityException.class)
                .isThrownBy(() -> replicate(second))
                .withMessageContainingAll(pack(first), second.value(), "is missing");
    }

    @Test
    void aSnapshotThatIsDeletedMeanwhileIsAConflict() throws IOException {
        ObservedStorage observed = new ObservedStorage(store);
        observed.observe((operation, key) -> {
            if (operation == Operation.OPEN && key.equals(pack(second))) {
                StoredObjects.delete(store, manifest(second));
                StoredObjects.delete(store, pack(second));
            }
        });
        try (ServiceFixture deleting = new ServiceFixture(observed, clock)) {
            assertThatExceptionOfType(SnapshotConflictException.class)
                    .isThrownBy(() -> deleting.service.replicateSnapshot(ReplicateRequest.of(second, target)))
                    .withMessageContainingAll(second.value(), "was deleted");
        }
        assertThat(StoredObjects.keys(target, StoredObjects.SNAPSHOTS)).isEmpty();
    }

    @Test
    void anUnknownSnapshotIsRefusedBeforeAnythingIsWritten() throws IOException {
        SnapshotId unknown = new SnapshotId("20260102T030405Z-gpu-1-aaaaaaaa");

        assertThatExceptionOfType(SnapshotNotFoundException.class).isThrownBy(() -> replicate(unknown));
        assertThat(StoredObjects.keys(target, "")).isEmpty();
    }

    @Test
    void theSamePlaceIsRefusedByWhateverName() throws IOException {
        List<String> before = StoredObjects.keys(store, "");

        assertThatExceptionOfType(SnapshotConflictException.class)
                .isThrownBy(() -> replicate(second, new ObservedStorage(store)))
                .withMessageContaining("same place");
        assertThat(StoredObjects.keys(store, "")).isEqualTo(before);
    }

    @Test
    void anotherRepositoryIsRefused() throws IOException {
        try (ServiceFixture other = new ServiceFixture(target, clock)) {
            other.create(source);
        }
        List<String> before = StoredObjects.keys(target, "");

        assertThatExceptionOfType(SnapshotConflictException.class)
                .isThrownBy(() -> replicate(second))
                .withMessageContaining("no replica");
        assertThat(StoredObjects.keys(target, "")).isEqualTo(before);
    }

    @Test
    void anotherSnapshotUnderTheIdIsRefused() throws IOException {
        replicate(first);
        StoredObjects.replace(target, manifest(second), StoredObjects.read(store, manifest(first)));

        assertThatExceptionOfType(SnapshotConflictException.class)
                .isThrownBy(() -> replicate(second))
                .withMessageContaining("another snapshot under the id " + second);
        assertThat(StoredObjects.keys(target, StoredObjects.PACKS)).containsExactly(pack(first));
    }

    @Test
    void aTargetThatMayNotBeWrittenSaysSo() throws IOException {
        FaultyStorageProvider readOnly = new FaultyStorageProvider(target);
        for (int n = 1; n < 10; n++) {
            readOnly.failCall(
                    Operation.PUT, n, () -> new StorageAccessException("faulty", "any", "Read only as planned", null));
        }

        assertThatExceptionOfType(StorageAccessException.class)
                .isThrownBy(() -> replicate(second, readOnly))
                .withMessageContaining("Read only");
        assertThat(readOnly.calls(Operation.PUT)).isEqualTo(1);
    }

    @Test
    void aPackThatDoesNotFitIntoTheMemoryIsRefusedBeforeAnythingIsWritten() throws IOException {
        CraftedSnapshot.rewritePacks(store, second, packs -> packs.add(hugePack()));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> replicate(second))
                .withMessageContainingAll(hugePack().key(), "allow ");
        assertThat(StoredObjects.keys(target, "")).isEmpty();
    }

    private StoredPack hugePack() {
        return new StoredPack(pack(first).replace('0', '1'), 1L << 40, Optional.empty());
    }

    @Test
    void aPruneMeanwhileLeavesThePacksAlone() throws IOException {
        replicate(first);
        StoredObjects.delete(target, manifest(first));
        clock.advance(Duration.ofDays(9));
        PruneRequest atOnce = PruneRequest.of(RetentionRule.KEEP_ALL).withGrace(Duration.ZERO);
        List<Long> pruned = new ArrayList<>();
        ObservedStorage observed = new ObservedStorage(target);
        observed.observe((operation, key) -> {
            if (operation == Operation.PUT && key.equals(manifest(second))) {
                try (GPUSnapshotService pruning = GPUSnapshotService.builder()
                        .storage(target)
                        .clock(clock)
                        .build()) {
                    pruned.add(pruning.prune(atOnce).packs());
                }
            }
        });

        assertThat(replicate(second, observed).packsCopied()).isEqualTo(1);

        assertThat(pruned).containsExactly(0L);
        assertWhole(second, target);
    }

    @Test
    void packsThatAnEarlierPruneDeletesAtTheLastMomentAreCopiedAfterAll() throws IOException {
        replicate(first);
        StoredObjects.delete(target, manifest(first));
        ObservedStorage observed = new ObservedStorage(target);
        observed.observe((operation, key) -> {
            if (operation == Operation.PUT && key.equals(manifest(second))) {
                StoredObjects.delete(target, pack(first));
            }
        });

        replicate(second, observed);

        assertWhole(second, target);
    }
}
