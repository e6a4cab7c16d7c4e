package io.gpusnapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.model.RetentionRule;
import io.gpusnapshot.model.SnapshotEvent;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.model.SyncPolicy;
import io.gpusnapshot.model.VerifyDepth;
import io.gpusnapshot.storage.StorageConfig;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.StorageProviders;
import io.gpusnapshot.storage.memory.MemoryStorageProvider;
import io.gpusnapshot.testing.FaultyStorageProvider;
import io.gpusnapshot.testing.SeededRandom;
import io.gpusnapshot.testing.TreeListing;
import io.gpusnapshot.testing.Workspaces;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Interrupts the calling thread at every call that an operation makes of its store, and at every event. Either the
 * operation was as good as done and succeeds, or it says that it was cancelled; the thread's flag is set both ways.
 */
class CancelTest {
    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    private Path directory;
    private Path source;
    /** Whether the last interrupt came just when the lease was being deleted; it lapses by itself then. */
    private volatile boolean withdrawing;

    @BeforeEach
    void fill(@TempDir Path temporary) throws IOException {
        directory = temporary;
        source = directory.resolve("source");
        Workspaces.write(source.resolve("a/large"), random.nextBytes(5 * ServiceFixture.CHUNK_BYTES));
        Workspaces.write(source.resolve("b"), random.nextBytes(70));
    }

    @AfterEach
    void forgetInterrupt() {
        Thread.interrupted();
    }

    private StorageProvider open(String kind) throws IOException {
        if (kind.equals("memory")) {
            return new MemoryStorageProvider(Clock.systemUTC());
        }
        Path folder = Files.createTempDirectory(directory, "store");
        return StorageProviders.open(StorageConfig.parse(folder.toUri().toString()));
    }

    /** What can be cancelled. */
    @FunctionalInterface
    private interface Operation {
        void run(GPUSnapshotService service) throws IOException;
    }

    /** Runs an operation and interrupts it at its n-th storage call; whether it had that many. */
    private boolean interruptAtCall(int n, StorageProvider store, Operation operation) throws IOException {
        Thread caller = Thread.currentThread();
        AtomicInteger calls = new AtomicInteger();
        ObservedStorage observed = new ObservedStorage(store);
        observed.observe((what, key) -> {
            if (calls.incrementAndGet() == n) {
                withdrawing = key.startsWith(StoredObjects.LEASES) && what == FaultyStorageProvider.Operation.DELETE;
                caller.interrupt();
            }
        });
        run(GPUSnapshotService.builder().storage(observed).build(), operation, () -> calls.get() >= n);
        return calls.get() >= n;
    }

    /** The same at its n-th event. */
    private static boolean interruptAtEvent(int n, StorageProvider store, Operation operation) throws IOException {
        Thread caller = Thread.currentThread();
        AtomicInteger events = new AtomicInteger();
        SnapshotListener listener = event -> {
            if (event instanceof SnapshotEvent.Progress && events.incrementAndGet() == n) {
                caller.interrupt();
            }
        };
        run(GPUSnapshotService.builder().storage(store).listener(listener).build(), operation, () -> events.get() >= n);
        return events.get() >= n;
    }

    private static void run(GPUSnapshotService service, Operation operation, BooleanSupplier interrupted)
            throws IOException {
        try {
            operation.run(service);
        } catch (InterruptedIOException cancelled) {
            assertThat(interrupted.getAsBoolean()).isTrue();
        }
        assertThat(Thread.interrupted()).as("the flag").isEqualTo(interrupted.getAsBoolean());
        service.close();
    }

    private CreateRequest request() {
        return CreateRequest.builder()
                .workspace(source)
                .chunkBytes(ServiceFixture.CHUNK_BYTES)
                .build();
    }

    private void assertCreated(StorageProvider store, AtomicInteger created) throws IOException {
        Leaks.assertNone(store, List.of(source));
        assertThat(StoredObjects.keys(store, StoredObjects.SNAPSHOTS)).hasSize(created.get());
        if (!withdrawing) {
            assertThat(StoredObjects.keys(store, StoredObjects.LEASES)).isEmpty();
        }
        for (String lease : StoredObjects.keys(store, StoredObjects.LEASES)) {
            StoredObjects.delete(store, lease);
        }
        withdrawing = false;
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "folder"})
    void aCancelledCreateLeavesNoSnapshotAndNoLease(String kind) throws IOException {
        StorageProvider store = open(kind);
        AtomicInteger created = new AtomicInteger();
        Operation create = service -> {
            service.createSnapshot(request());
            created.incrementAndGet();
        };
        for (int n = 1; interruptAtCall(n, store, create); n++) {
            assertCreated(store, created);
        }
        for (int n = 1; interruptAtEvent(n, store, create); n++) {
            assertCreated(store, created);
        }
        assertCreated(store, created);
        store.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "folder"})
    void aCancelledRestoreIsCompletedByTheNext(String kind) throws IOException {
        StorageProvider store = open(kind);
        SnapshotId snapshot;
        try (ServiceFixture fixture = new ServiceFixture(store)) {
            snapshot = fixture.create(source).id();
        }
        boolean more = true;
        for (int n = 1; more; n++) {
            Path target = Files.createTempDirectory(directory, "target");
            more = interruptAtCall(n, store, service -> service.restoreSnapshot(unsynced(snapshot, target)));
            assertCompletes(store, snapshot, target);
        }
        more = true;
        for (int n = 1; more; n++) {
            Path target = Files.createTempDirectory(directory, "target");
            more = interruptAtEvent(n, store, service -> service.restoreSnapshot(unsynced(snapshot, target)));
            assertCompletes(store, snapshot, target);
        }
        store.close();
    }

    private static RestoreRequest unsynced(SnapshotId snapshot, Path target) {
        return RestoreRequest.builder(snapshot, target).sync(SyncPolicy.NONE).build();
    }

    private void assertCompletes(StorageProvider store, SnapshotId snapshot, Path target) throws IOException {
        Leaks.assertNone(store, List.of(target));
        for (String name : new String[] {"a/large", "b"}) {
            if (Files.exists(target.resolve(name))) {
                assertThat(target.resolve(name)).hasSameBinaryContentAs(source.resolve(name));
            }
        }
        try (ServiceFixture fixture = new ServiceFixture(store)) {
            fixture.restoreUnsynced(snapshot, target);
        }
        assertThat(TreeListing.of(target)).isEqualTo(TreeListing.of(source));
    }

    @Test
    void anInterruptThatBreaksABodyIsACancellation() throws IOException {
        StorageProvider store = open("memory");
        SnapshotId snapshot;
        try (ServiceFixture fixture = new ServiceFixture(store)) {
            snapshot = fixture.create(source).id();
        }
        Path target = directory.resolve("target");
        breakBodies(store, service -> service.createSnapshot(request()));
        breakBodies(store, service -> service.restoreSnapshot(unsynced(snapshot, target)));
        breakBodies(store, service -> service.readEntries(snapshot, entry -> {}));
        breakBodies(store, service -> service.verifySnapshot(snapshot, VerifyDepth.MANIFEST));
        assertCompletes(store, snapshot, target);
    }

    /** Interrupts within each body in turn, as a channel to a file does it. */
    private static void breakBodies(StorageProvider store, Operation operation) throws IOException {
        Thread caller = Thread.currentThread();
        AtomicBoolean broken = new AtomicBoolean(true);
        for (int n = 1; broken.get(); n++) {
            broken.set(false);
            FaultyStorageProvider faulty = new FaultyStorageProvider(store);
            faulty.breakBody(n, 10, () -> {
                broken.set(true);
                caller.interrupt();
                return new ClosedByInterruptException();
            });
            run(GPUSnapshotService.builder().storage(faulty).build(), operation, broken::get);
            assertThat(faulty.openBodies()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "folder"})
    void readingOperationsAreCancelledToo(String kind) throws IOException {
        StorageProvider store = open(kind);
        SnapshotId snapshot;
        try (ServiceFixture fixture = new ServiceFixture(store)) {
            snapshot = fixture.create(source).id();
        }
        List<Operation> operations = List.of(
                service -> service.verifySnapshot(snapshot, VerifyDepth.DATA),
                service -> service.listSnapshots(Optional.empty(), 10),
                service -> service.describeSnapshot(snapshot),
                service -> service.readEntries(snapshot, entry -> {}),
                service -> service.prune(PruneRequest.of(RetentionRule.ofLast(1))));
        for (Operation operation : operations) {
            boolean more = true;
            for (int n = 1; more; n++) {
                more = interruptAtCall(n, store, operation);
                Leaks.assertNone(store, List.of());
            }
        }
        store.close();
    }
}
