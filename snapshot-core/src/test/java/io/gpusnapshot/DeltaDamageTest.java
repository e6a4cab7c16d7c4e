package io.gpusnapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gpusnapshot.error.SnapshotException;
import io.gpusnapshot.error.StorageAccessException;
import io.gpusnapshot.internal.format.StoredChunk;
import io.gpusnapshot.model.RawPath;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.model.SnapshotInfo;
import io.gpusnapshot.model.VerifyDepth;
import io.gpusnapshot.model.VerifyReport;
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
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of differences, and of creates and restores that deal with them, when the store fails them. */
class DeltaDamageTest {
    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    private final StorageProvider store = new MemoryStorageProvider(Clock.systemUTC());
    private Path source;
    private Path weights;
    private Path targets;
    private SnapshotId first;

    @BeforeEach
    void create(@TempDir Path directory) throws IOException {
        source = directory.resolve("source");
        weights = source.resolve("weights.bin");
        targets = Files.createDirectory(directory.resolve("targets"));
        try (Checkpoints checkpoints = checkpoints(store)) {
            checkpoints.init(weights);
            first = checkpoints.create(source).id();
            checkpoints.train(weights);
            Workspaces.write(source.resolve("other.bin"), random.nextBytes(300));
        }
    }

    private Checkpoints checkpoints(StorageProvider over) throws IOException {
        return new Checkpoints(over, Clock.systemUTC(), random);
    }

    private SnapshotId second() throws IOException {
        try (Checkpoints checkpoints = checkpoints(store)) {
            return checkpoints.create(source).id();
        }
    }

    private String basePack() throws IOException {
        return StoredObjects.keys(store, "packs/" + first + "/").get(0);
    }

    @Test
    void aMissingBaseCostsTheFilesThatNeedItAndNoOther() throws IOException {
        SnapshotId second = second();
        String pack = basePack();
        StoredObjects.delete(store, pack);
        assertLosesTheWeightsAlone(second, pack, VerifyDepth.PRESENCE);
    }

    @Test
    void aDamagedBaseCostsTheFilesThatNeedItAndNoOther() throws IOException {
        SnapshotId second = second();
        StoredChunk base = Checkpoints.bases(store, second).get(1);
        StoredObjects.flip(store, base.packKey(), (int) base.offset() + 99, 0xff);
        assertLosesTheWeightsAlone(second, base.packKey(), VerifyDepth.DATA);
    }

    @Test
    void aDamagedDifferenceCostsTheFilesThatNeedItAndNoOther() throws IOException {
        SnapshotId second = second();
        StoredChunk difference = Checkpoints.differences(store, second).get(1);
        StoredObjects.flip(store, difference.packKey(), (int) difference.offset() + 99, 0xff);
        assertLosesTheWeightsAlone(second, difference.packKey(), VerifyDepth.DATA);
    }

    private void assertLosesTheWeightsAlone(SnapshotId second, String pack, VerifyDepth depth) throws IOException {
        try (Checkpoints checkpoints = checkpoints(store)) {
            VerifyReport report = checkpoints.fixture.service.verifySnapshot(second, depth);
            assertThat(report.damagedFiles()).containsExactly(RawPath.of("weights.bin"));
            assertThat(report.problems()).isNotEmpty();

            Path target = Files.createTempDirectory(targets, "target");
            assertThatExceptionOfType(SnapshotException.class)
                    .isThrownBy(() -> checkpoints.fixture.restoreUnsynced(second, target))
                    .withMessageContainingAll("weights.bin", pack);
            assertThat(target.resolve("other.bin")).hasSameBinaryContentAs(source.resolve("other.bin"));
            assertThat(target.resolve("weights.bin")).doesNotExist();
        }
    }

    /** What can happen to the bases while a create wants them. */
    private enum Damage {
        MISSING,
        FLIPPED,
        CUT
    }

    @ParameterizedTest
    @EnumSource(Damage.class)
    void aCreateGoesOnWithoutBasesThatItCannotRead(Damage damage) throws IOException {
        switch (damage) {
            case MISSING -> StoredObjects.delete(store, basePack());
            case FLIPPED -> StoredObjects.flip(store, basePack(), 99, 1);
            case CUT -> StoredObjects.truncate(store, basePack(), 50);
        }
        try (Checkpoints checkpoints = checkpoints(store)) {
            SnapshotInfo second = checkpoints.create(source);
            assertThat(second.warnings())
                    .singleElement()
                    .asString()
                    .contains("stored whole", "packs/" + first + "/000000.pack");
            if (damage != Damage.FLIPPED) {
                assertThat(Checkpoints.differences(store, second.id())).isEmpty();
                assertThat(checkpoints
                                .fixture
                                .service
                                .verifySnapshot(second.id(), VerifyDepth.DATA)
                                .isSound())
                        .isTrue();
            }
        }
    }

    private static IOException denied() {
        return new StorageAccessException("faulty", "any", "Denied as planned", null);
    }

    @Test
    void aCreateSurvivesTheFailureOfAnyCall() throws IOException {
        FaultyStorageProvider faultless = new FaultyStorageProvider(copy());
        try (Checkpoints checkpoints = checkpoints(faultless)) {
            checkpoints.create(source);
        }
        assertThat(faultless.calls(Operation.OPEN))
                .as("bases are among what is read")
                .isGreaterThan(5);
        for (long n = 1; n <= faultless.calls(); n++) {
            StorageProvider objects = copy();
            FaultyStorageProvider faulty = new FaultyStorageProvider(objects);
            faulty.failCall(n, DeltaDamageTest::denied);
            assertWholeOrNone(objects, tryCreate(faulty));
        }
    }

    private StorageProvider copy() throws IOException {
        StorageProvider copy = new MemoryStorageProvider(Clock.systemUTC());
        StoredObjects.copy(store, copy);
        return copy;
    }

    private Optional<SnapshotId> tryCreate(StorageProvider faulty) throws IOException {
        try (Checkpoints checkpoints = checkpoints(faulty)) {
            return Optional.of(checkpoints.create(source).id());
        } catch (SnapshotException failed) {
            assertThat(failed).hasMessageContaining("as planned");
            return Optional.empty();
        }
    }

    private void assertWholeOrNone(StorageProvider objects, Optional<SnapshotId> created) throws IOException {
        assertThat(StoredObjects.keys(objects, StoredObjects.SNAPSHOTS)).hasSize(created.isPresent() ? 2 : 1);
        try (Checkpoints sound = checkpoints(objects)) {
            SnapshotId checked =
                    created.isPresent() ? created.get() : sound.create(source).id();
            Path target = Files.createTempDirectory(targets, "target");
            sound.fixture.restoreUnsynced(checked, target);
            assertThat(TreeListing.of(target)).isEqualTo(TreeListing.of(source));
        }
    }

    @Test
    void aRestoreGoesOnAfterTheLossOfItsStoreAtAnyCall() throws IOException {
        SnapshotId second = second();
        FaultyStorageProvider faultless = new FaultyStorageProvider(store);
        try (Checkpoints checkpoints = checkpoints(faultless)) {
            checkpoints.fixture.restoreUnsynced(second, targets.resolve("faultless"));
        }
        for (long n = 1; n <= faultless.calls(); n++) {
            FaultyStorageProvider faulty = new FaultyStorageProvider(store);
            faulty.failFrom(n, DeltaDamageTest::denied);
            restoreTwice(second, faulty);
        }
    }

    private void restoreTwice(SnapshotId second, StorageProvider faulty) throws IOException {
        Path target = Files.createTempDirectory(targets, "target");
        try (Checkpoints checkpoints = checkpoints(faulty)) {
            checkpoints.fixture.restoreUnsynced(second, target);
        } catch (SnapshotException failed) {
            assertThat(Set.of("weights.bin", "other.bin")).allSatisfy(name -> {
                if (Files.exists(target.resolve(name))) {
                    assertThat(target.resolve(name)).hasSameBinaryContentAs(source.resolve(name));
                }
            });
        }
        try (Checkpoints sound = checkpoints(store)) {
            sound.fixture.restoreUnsynced(second, target);
        }
        assertThat(TreeListing.of(target)).isEqualTo(TreeListing.of(source));
    }
}
