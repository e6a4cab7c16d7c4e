package io.gpusnapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.error.StorageAccessException;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.model.SnapshotInfo;
import io.gpusnapshot.model.VerifyDepth;
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
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Creates a snapshot once for every call that a create makes of its store, and fails that call. The snapshot is there,
 * whole, if the create said so, and is not if it did not; and the store takes the next create.
 */
class CreateFaultSweepTest {
    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    private final StorageProvider withParent = new MemoryStorageProvider(Clock.systemUTC());
    private final StorageProvider empty = new MemoryStorageProvider(Clock.systemUTC());
    private Path source;
    private Path targets;

    @BeforeEach
    void fill(@TempDir Path directory) throws IOException {
        source = directory.resolve("source");
        targets = Files.createDirectory(directory.resolve("targets"));
        Workspaces.write(source.resolve("a/large"), random.nextBytes(3 * ServiceFixture.CHUNK_BYTES + 5));
        Workspaces.write(source.resolve("a/small"), random.nextBytes(70));
        try (ServiceFixture sound = new ServiceFixture(withParent)) {
            sound.create(source);
        }
        Workspaces.write(source.resolve("b"), random.nextBytes(700));
    }

    /** Plans a fault at the n-th call of one kind. */
    @FunctionalInterface
    private interface FaultPlanner {
        void plan(FaultyStorageProvider store, long n);
    }

    private static IOException denied() {
        return new StorageAccessException("faulty", "any", "Denied as planned", null);
    }

    private void sweep(StorageProvider start, ToLongFunction<FaultyStorageProvider> calls, FaultPlanner planner)
            throws IOException {
        FaultyStorageProvider faultless = new FaultyStorageProvider(copyOf(start));
        try (ServiceFixture fixture = new ServiceFixture(faultless)) {
            fixture.create(source);
        }
        long count = calls.applyAsLong(faultless);
        assertThat(count).isPositive();
        for (long n = 1; n <= count; n++) {
            createWithFault(copyOf(start), planner, n);
        }
    }

    private static StorageProvider copyOf(StorageProvider store) throws IOException {
        StorageProvider copy = new MemoryStorageProvider(Clock.systemUTC());
        StoredObjects.copy(store, copy);
        return copy;
    }

    private void createWithFault(StorageProvider objects, FaultPlanner planner, long n) throws IOException {
        int before = StoredObjects.keys(objects, StoredObjects.SNAPSHOTS).size();
        FaultyStorageProvider faulty = new FaultyStorageProvider(objects);
        planner.plan(faulty, n);
        Optional<SnapshotId> created;
        try (ServiceFixture fixture = new ServiceFixture(faulty)) {
            created = tryCreate(fixture);
        }
        List<String> after = StoredObjects.keys(objects, StoredObjects.SNAPSHOTS);
        assertThat(after).as("snapshots after fault %d", n).hasSize(before + (created.isPresent() ? 1 : 0));
        assertGoesOn(objects, created);
    }

    private Optional<SnapshotId> tryCreate(ServiceFixture fixture) {
        try {
            return Optional.of(fixture.create(source).id());
        } catch (IOException failed) {
            assertThat(failed).hasMessageContaining("as planned");
            return Optional.empty();
        }
    }

    /** What was created is sound, and so is what comes next. */
    private void assertGoesOn(StorageProvider objects, Optional<SnapshotId> created) throws IOException {
        try (ServiceFixture sound = new ServiceFixture(objects)) {
            SnapshotInfo next = sound.create(source);
            SnapshotId checked = created.orElse(next.id());
            assertThat(sound.service.verifySnapshot(checked, VerifyDepth.DATA).isSound())
                    .isTrue();
            Path target = targets.resolve(checked.value());
            sound.restoreUnsynced(checked, target);
            assertThat(TreeListing.of(target)).isEqualTo(TreeListing.of(source));
        }
    }

    @Test
    void aFirstCreateSurvivesTheFailureOfAnyCall() throws IOException {
        sweep(empty, FaultyStorageProvider::calls, (store, n) -> store.failCall(n, CreateFaultSweepTest::denied));
    }

    @Test
    void aLaterCreateSurvivesTheFailureOfAnyCall() throws IOException {
        sweep(withParent, FaultyStorageProvider::calls, (store, n) -> store.failCall(n, CreateFaultSweepTest::denied));
    }

    @Test
    void aCreateSurvivesAStoreThatIsBusyAtAnyCall() throws IOException {
        sweep(
                withParent,
                FaultyStorageProvider::calls,
                (store, n) -> store.failCall(n, FaultyStorageProvider::unavailable));
    }

    @Test
    void aCreateSurvivesTheLossOfItsStoreAtAnyCall() throws IOException {
        sweep(empty, FaultyStorageProvider::calls, (store, n) -> store.failFrom(n, CreateFaultSweepTest::denied));
    }

    @Test
    void aCreateSurvivesTheLossOfTheAnswerToAnyPut() throws IOException {
        sweep(
                empty,
                store -> store.calls(Operation.PUT),
                (store, n) -> store.loseReply(n, FaultyStorageProvider::unavailable));
    }

    @Test
    void aLostAnswerToTheLastPutIsNoFailureSinceTheSnapshotIsThere() throws IOException {
        FaultyStorageProvider faulty = new FaultyStorageProvider(copyOf(withParent));
        faulty.loseReply(3, FaultyStorageProvider::unavailable);
        try (ServiceFixture fixture = new ServiceFixture(faulty)) {
            SnapshotInfo snapshot = fixture.create(source);
            assertThat(fixture.service.latestSnapshot()).contains(snapshot.id());
        }
        assertThat(faulty.calls(Operation.PUT)).as("lease, pack, manifest").isEqualTo(3);
    }

    @Test
    void aLeaseWhosePutFailedProtectsNothing() throws IOException {
        FaultyStorageProvider faulty = new FaultyStorageProvider(withParent);
        faulty.loseReply(1, CreateFaultSweepTest::denied);
        try (ServiceFixture fixture = new ServiceFixture(faulty)) {
            assertThat(tryCreate(fixture)).isEmpty();
            assertThat(faulty.calls(Operation.PUT)).as("the lease is put first").isEqualTo(1);
            fixture.service.deleteSnapshot(fixture.service.latestSnapshot().orElseThrow());
        }
    }
}
