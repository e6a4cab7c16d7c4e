package io.gpusnapshot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gpusnapshot.CreateRequest.ParentChoice;
import io.gpusnapshot.error.SnapshotConflictException;
import io.gpusnapshot.error.SnapshotException;
import io.gpusnapshot.error.SnapshotNotFoundException;
import io.gpusnapshot.model.RetentionRule;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.model.SnapshotInfo;
import io.gpusnapshot.model.SnapshotSummary;
import io.gpusnapshot.model.VerifyDepth;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.memory.MemoryStorageProvider;
import io.gpusnapshot.testing.FakeClock;
import io.gpusnapshot.testing.FaultyStorageProvider.Operation;
import io.gpusnapshot.testing.SeededRandom;
import io.gpusnapshot.testing.TreeListing;
import io.gpusnapshot.testing.Workspaces;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Operations that meet in one repository, or in one target. */
class ConcurrentUseTest {
    private static final PruneRequest PRUNE_AT_ONCE =
            PruneRequest.of(RetentionRule.ofLast(1)).withGrace(Duration.ZERO);

    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    private final FakeClock clock = new FakeClock(Instant.parse("2031-03-05T12:00:00Z"));
    private final StorageProvider store = new MemoryStorageProvider(clock);
    private final ObservedStorage observed = new ObservedStorage(store);
    private final ServiceFixture undisturbed;
    private final ServiceFixture fixture;
    private Path directory;
    private Path source;

    ConcurrentUseTest() throws IOException {
        undisturbed = new ServiceFixture(store, clock);
        fixture = new ServiceFixture(observed, clock);
    }

    @BeforeEach
    void fill(@TempDir Path temporary) throws IOException {
        directory = temporary;
        source = workspace("source");
    }

    @AfterEach
    void close() throws IOException {
        fixture.close();
        undisturbed.close();
    }

    private Path workspace(String name) throws IOException {
        Path root = directory.resolve(name);
        Workspaces.write(root.resolve("large"), random.nextBytes(3 * ServiceFixture.CHUNK_BYTES));
        Workspaces.write(root.resolve("small"), name.getBytes(UTF_8));
        return root;
    }

    private SnapshotInfo createUndisturbed() throws IOException {
        clock.advance(Duration.ofSeconds(1));
        return undisturbed.create(source);
    }

    /** Runs something once, when an operation makes its n-th call. */
    private AtomicInteger atCall(int n, ObservedStorage.CallObserver action) {
        AtomicInteger calls = new AtomicInteger();
        observed.observe((operation, key) -> {
            if (calls.incrementAndGet() == n) {
                action.before(operation, key);
            }
        });
        return calls;
    }

    private List<SnapshotSummary> assertEverythingListedIsSound() throws IOException {
        SnapshotPage page = undisturbed.service.listSnapshots(Optional.empty(), 100);
        assertThat(page.unreadable()).isEmpty();
        for (SnapshotSummary snapshot : page.snapshots()) {
            assertThat(undisturbed
                            .service
                            .verifySnapshot(snapshot.id(), VerifyDepth.DATA)
                            .problems())
                    .isEmpty();
        }
        return page.snapshots();
    }

    private void assertRestores(SnapshotId snapshot, Path workspace) throws IOException {
        Path target = directory.resolve("target-" + snapshot);
        undisturbed.restoreUnsynced(snapshot, target);
        assertThat(TreeListing.of(target)).isEqualTo(TreeListing.of(workspace));
    }

    /** Has two creates meet whenever one makes this call. */
    private void meetAt(Operation operation, String keyPrefix) {
        CyclicBarrier barrier = new CyclicBarrier(2);
        observed.observe((called, key) -> {
            if (called == operation && key.startsWith(keyPrefix)) {
                await(barrier);
            }
        });
    }

    private static void await(CyclicBarrier barrier) throws IOException {
        try {
            barrier.await(1, TimeUnit.MINUTES);
        } catch (InterruptedException interrupted) {
            throw new InterruptedIOException("interrupted at the barrier");
        } catch (BrokenBarrierException | TimeoutException alone) {
            throw new IOException("the other one did not come", alone);
        }
    }

    private static <T> List<T> both(Callable<T> first, Callable<T> second) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(2);
        try {
            Future<T> one = pool.submit(first);
            Future<T> two = pool.submit(second);
            return List.of(one.get(), two.get());
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void twoServicesMayMakeTheRepositoryAtOnce() throws Exception {
        meetAt(Operation.PUT, "repository.json");
        Path other = workspace("other");
        try (ServiceFixture second = new ServiceFixture(observed, clock)) {
            List<SnapshotInfo> created = both(() -> fixture.create(source), () -> second.create(other));
            assertRestores(created.get(0).id(), source);
            assertRestores(created.get(1).id(), other);
        }
        assertThat(assertEverythingListedIsSound()).hasSize(2);
    }

    @Test
    void oneServiceMayCreateTwoSnapshotsAtOnce() throws Exception {
        createUndisturbed();
        Path left = workspace("left");
        Path right = workspace("right");
        meetAt(Operation.PUT, StoredObjects.PACKS);
        List<SnapshotInfo> created = both(() -> fixture.create(left), () -> fixture.create(right));
        assertRestores(created.get(0).id(), left);
        assertRestores(created.get(1).id(), right);
    }

    @Test
    void aCreateAtAnyMomentOfAPruneIsNotHarmed() throws IOException {
        boolean more = true;
        for (int n = 1; more; n++) {
            createUndisturbed();
            Workspaces.write(source.resolve("small"), random.nextBytes(100));
            createUndisturbed();
            clock.advance(Duration.ofMinutes(1));
            AtomicReference<SnapshotId> created = new AtomicReference<>();
            AtomicInteger calls = atCall(
                    n, (operation, key) -> created.set(createUndisturbed().id()));
            fixture.service.prune(PRUNE_AT_ONCE);
            more = calls.get() >= n;
            List<SnapshotSummary> listed = assertEverythingListedIsSound();
            if (more) {
                assertThat(listed.get(0).id()).isEqualTo(created.get());
            }
        }
    }

    @Test
    void aPruneAtAnyMomentOfACreateHarmsNoSnapshot() throws IOException {
        boolean more = true;
        for (int n = 1; more; n++) {
            SnapshotId old = createUndisturbed().id();
            Workspaces.write(source.resolve("small"), random.nextBytes(100));
            SnapshotId newest = createUndisturbed().id();
            Workspaces.write(source.resolve("small"), random.nextBytes(100));
            clock.advance(Duration.ofMinutes(1));
            AtomicInteger calls = atCall(n, (operation, key) -> undisturbed.service.prune(PRUNE_AT_ONCE));
            Optional<SnapshotId> created = createUpon(old);
            more = calls.get() >= n;
            observed.observe((operation, key) -> {});
            List<SnapshotId> listed = assertEverythingListedIsSound().stream()
                    .map(SnapshotSummary::id)
                    .toList();
            assertThat(listed).contains(created.orElse(newest));
        }
    }

    /** Nothing if the parent was pruned before the create could protect it. */
    private Optional<SnapshotId> createUpon(SnapshotId parent) throws IOException {
        try {
            return Optional.of(fixture.service
                    .createSnapshot(fixture.request(source)
                            .parent(new ParentChoice.Of(parent))
                            .build())
                    .id());
        } catch (SnapshotNotFoundException pruned) {
            assertThat(pruned.subject()).isEqualTo(parent.value());
            return Optional.empty();
        }
    }

    @Test
    void twoPrunesMayRunAtOnce() throws IOException {
        boolean more = true;
        for (int n = 1; more; n++) {
            createUndisturbed();
            Workspaces.write(source.resolve("small"), random.nextBytes(100));
            SnapshotId newest = createUndisturbed().id();
            clock.advance(Duration.ofMinutes(1));
            AtomicInteger calls = atCall(n, (operation, key) -> undisturbed.service.prune(PRUNE_AT_ONCE));
            fixture.service.prune(PRUNE_AT_ONCE);
            more = calls.get() >= n;
            assertThat(assertEverythingListedIsSound())
                    .extracting(SnapshotSummary::id)
                    .containsExactly(newest);
        }
    }

    @Test
    void aSnapshotThatIsDeletedWhileItIsListedIsLeftOut() throws IOException {
        boolean more = true;
        for (int n = 1; more; n++) {
            SnapshotId kept = createUndisturbed().id();
            SnapshotId deleted = createUndisturbed().id();
            AtomicInteger calls = atCall(n, (operation, key) -> undisturbed.service.deleteSnapshot(deleted));
            SnapshotPage page = fixture.service.listSnapshots(Optional.empty(), 2);
            more = calls.get() >= n;
            assertThat(page.unreadable()).isEmpty();
            assertThat(page.snapshots()).extracting(SnapshotSummary::id).contains(kept);
        }
    }

    @Test
    void aListNeverShowsASnapshotThatIsNotWhole() throws IOException {
        createUndisturbed();
        observed.observe(
                (operation, key) -> assertThat(assertEverythingListedIsSound()).hasSizeBetween(1, 2));
        fixture.create(source);
        assertThat(assertEverythingListedIsSound()).hasSize(2);
    }

    @Test
    void pagesGoOnWhereTheyEndedWhateverComesInBetween() throws IOException {
        SnapshotId first = createUndisturbed().id();
        SnapshotId second = createUndisturbed().id();
        SnapshotId third = createUndisturbed().id();
        SnapshotPage newest = undisturbed.service.listSnapshots(Optional.empty(), 1);
        createUndisturbed();
        undisturbed.service.deleteSnapshot(second);
        SnapshotPage rest = undisturbed.service.listSnapshots(newest.next(), 5);
        assertThat(newest.snapshots()).extracting(SnapshotSummary::id).containsExactly(third);
        assertThat(newest.next()).contains(second);
        assertThat(rest.snapshots()).extracting(SnapshotSummary::id).containsExactly(first);
        assertThat(rest.next()).isEmpty();
    }

    @Test
    void aSecondRestoreIntoTheSameTargetIsRefusedAndHarmsNothing() throws IOException {
        SnapshotId snapshot = createUndisturbed().id();
        Path target = directory.resolve("target");
        AtomicReference<SnapshotException> refusal = new AtomicReference<>();
        observed.observe((operation, key) -> {
            if (operation == Operation.OPEN && key.startsWith(StoredObjects.PACKS)) {
                assertThatExceptionOfType(SnapshotConflictException.class)
                        .isThrownBy(() -> undisturbed.restoreUnsynced(snapshot, target))
                        .satisfies(refusal::set);
            }
        });
        fixture.restoreUnsynced(snapshot, target);
        assertThat(refusal.get()).hasMessageContaining("under way");
        assertThat(TreeListing.of(target)).isEqualTo(TreeListing.of(source));
    }

    @Test
    void twoRestoresIntoTwoTargetsRunSideBySide() throws Exception {
        SnapshotId snapshot = createUndisturbed().id();
        meetAt(Operation.OPEN, StoredObjects.PACKS);
        Path left = directory.resolve("left");
        Path right = directory.resolve("right");
        Files.createDirectory(right);
        both(() -> fixture.restoreUnsynced(snapshot, left), () -> fixture.restoreUnsynced(snapshot, right));
        assertThat(TreeListing.of(left)).isEqualTo(TreeListing.of(source));
        assertThat(TreeListing.of(right)).isEqualTo(TreeListing.of(source));
    }
}
