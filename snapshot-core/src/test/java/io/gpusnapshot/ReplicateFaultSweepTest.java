package io.gpusnapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.error.SnapshotException;
import io.gpusnapshot.error.StorageAccessException;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.model.VerifyDepth;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.memory.MemoryStorageProvider;
import io.gpusnapshot.testing.FaultyStorageProvider;
import io.gpusnapshot.testing.FaultyStorageProvider.Operation;
import io.gpusnapshot.testing.SeededRandom;
import io.gpusnapshot.testing.Workspaces;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Replicates once for every call that a replication makes of either store, and fails that call. The target has the whole
 * snapshot afterwards, or does not have it, and the next replication succeeds.
 */
class ReplicateFaultSweepTest {
    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    private final StorageProvider store = new MemoryStorageProvider(Clock.systemUTC());
    private SnapshotId snapshot;

    @BeforeEach
    void create(@TempDir Path directory) throws IOException {
        Path source = directory.resolve("source");
        Workspaces.write(source.resolve("a"), random.nextBytes(3 * ServiceFixture.CHUNK_BYTES + 5));
        try (ServiceFixture fixture = new ServiceFixture(store)) {
            fixture.create(source);
            Workspaces.write(source.resolve("b"), random.nextBytes(700));
            snapshot = fixture.create(source).id();
        }
    }

    /** Plans a fault at the n-th call of one kind. */
    @FunctionalInterface
    private interface FaultPlanner {
        void plan(FaultyStorageProvider faulty, long n);
    }

    private static IOException denied() {
        return new StorageAccessException("faulty", "any", "Denied as planned", null);
    }

    private static StorageProvider empty() {
        return new MemoryStorageProvider(Clock.systemUTC());
    }

    private void replicate(StorageProvider from, StorageProvider to) throws IOException {
        try (ServiceFixture fixture = new ServiceFixture(from)) {
            fixture.service.replicateSnapshot(ReplicateRequest.of(snapshot, to));
        }
    }

    private void sweepTarget(Operation counted, FaultPlanner planner) throws IOException {
        FaultyStorageProvider faultless = new FaultyStorageProvider(empty());
        replicate(store, faultless);
        long calls = calls(faultless, counted);
        assertThat(calls).isPositive();
        for (long n = 1; n <= calls; n++) {
            StorageProvider objects = empty();
            FaultyStorageProvider faulty = new FaultyStorageProvider(objects);
            planner.plan(faulty, n);
            replicateTwice(store, faulty, objects);
            assertThat(faulty.openBodies()).isZero();
        }
    }

    private void sweepSource(Operation counted, FaultPlanner planner) throws IOException {
        FaultyStorageProvider faultless = new FaultyStorageProvider(store);
        replicate(faultless, empty());
        long calls = calls(faultless, counted);
        assertThat(calls).isPositive();
        for (long n = 1; n <= calls; n++) {
            StorageProvider objects = empty();
            FaultyStorageProvider faulty = new FaultyStorageProvider(store);
            planner.plan(faulty, n);
            replicateTwice(faulty, objects, objects);
        }
    }

    private static long calls(FaultyStorageProvider store, Operation counted) {
        return counted == Operation.LIST ? store.calls() : store.calls(counted);
    }

    private void replicateTwice(StorageProvider from, StorageProvider to, StorageProvider objects) throws IOException {
        boolean succeeded = true;
        try {
            replicate(from, to);
        } catch (SnapshotException failed) {
            succeeded = false;
        }
        boolean exists = StoredObjects.keys(objects, StoredObjects.SNAPSHOTS).size() == 1;
        assertThat(exists || !succeeded).isTrue();
        if (exists) {
            assertSound(objects);
        }
        replicate(store, objects);
        assertSound(objects);
    }

    private void assertSound(StorageProvider replica) throws IOException {
        try (ServiceFixture fixture = new ServiceFixture(replica)) {
            assertThat(fixture.service
                            .verifySnapshot(snapshot, VerifyDepth.DATA)
                            .problems())
                    .isEmpty();
        }
    }

    @Test
    void aReplicationSurvivesTheFailureOfAnyCallOfTheTarget() throws IOException {
        sweepTarget(Operation.LIST, (faulty, n) -> faulty.failCall(n, ReplicateFaultSweepTest::denied));
        sweepTarget(Operation.LIST, (faulty, n) -> faulty.failCall(n, FaultyStorageProvider::unavailable));
    }

    @Test
    void aReplicationSurvivesTheLossOfTheTargetAtAnyCall() throws IOException {
        sweepTarget(Operation.LIST, (faulty, n) -> faulty.failFrom(n, ReplicateFaultSweepTest::denied));
    }

    @Test
    void aReplicationSurvivesTheLossOfTheAnswerToAnyPut() throws IOException {
        sweepTarget(Operation.PUT, (faulty, n) -> faulty.loseReply(n, FaultyStorageProvider::unavailable));
    }

    @Test
    void aReplicationSurvivesTheFailureOfAnyCallOfTheSource() throws IOException {
        sweepSource(Operation.LIST, (faulty, n) -> faulty.failCall(n, ReplicateFaultSweepTest::denied));
        sweepSource(Operation.LIST, (faulty, n) -> faulty.failFrom(n, ReplicateFaultSweepTest::denied));
    }

    @Test
    void aReplicationSurvivesAnyBodyOfTheSourceThatBreaksOrIsCorrupted() throws IOException {
        for (long position : new long[] {0, 100, ServiceFixture.CHUNK_BYTES + 1}) {
            sweepSource(Operation.OPEN, (faulty, n) -> faulty.breakBody(n, position, ReplicateFaultSweepTest::denied));
            sweepSource(Operation.OPEN, (faulty, n) -> faulty.corruptBody(n, position));
        }
    }

    @Test
    void aReplicationIsCancelledByAnInterruptAtAnyCall() throws IOException {
        boolean more = true;
        for (int n = 1; more; n++) {
            StorageProvider objects = empty();
            more = interruptAtCall(n, new ObservedStorage(store), new ObservedStorage(objects));
            Leaks.assertNone(objects, List.of());
            replicate(store, objects);
            assertSound(objects);
        }
    }

    /** Whether there were that many calls. */
    private boolean interruptAtCall(int n, ObservedStorage from, ObservedStorage to) throws IOException {
        Thread caller = Thread.currentThread();
        AtomicInteger calls = new AtomicInteger();
        ObservedStorage.CallObserver observer = (operation, key) -> {
            if (calls.incrementAndGet() == n) {
                caller.interrupt();
            }
        };
        from.observe(observer);
        to.observe(observer);
        try (GPUSnapshotService service =
                GPUSnapshotService.builder().storage(from).build()) {
            service.replicateSnapshot(ReplicateRequest.of(snapshot, to));
        } catch (InterruptedIOException cancelled) {
            assertThat(calls.get()).isGreaterThanOrEqualTo(n);
        }
        assertThat(Thread.interrupted()).isEqualTo(calls.get() >= n);
        return calls.get() >= n;
    }
}
