package io.gpusnapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.error.SnapshotException;
import io.gpusnapshot.error.StorageAccessException;
import io.gpusnapshot.model.SnapshotId;
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
import java.util.SortedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Restores once for every call that a restore makes of its store, with a fault at that call. Whatever stands under its
 * own name afterwards is whole, and the next restore completes the rest.
 */
class RestoreFaultSweepTest {
    private static final int LARGE_BYTES = 5 * ServiceFixture.CHUNK_BYTES + 5;

    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    private final StorageProvider store = new MemoryStorageProvider(Clock.systemUTC());
    private Path source;
    private Path targets;
    private SnapshotId snapshot;
    private SortedMap<String, String> expected;

    @BeforeEach
    void create(@TempDir Path directory) throws IOException {
        source = directory.resolve("source");
        targets = Files.createDirectory(directory.resolve("targets"));
        Workspaces.write(source.resolve("a/large"), random.nextBytes(LARGE_BYTES));
        Workspaces.write(source.resolve("b/small"), random.nextBytes(70));
        Workspaces.write(source.resolve("b/smaller"), random.nextBytes(7));
        Workspaces.write(source.resolve("c"), random.nextBytes(LARGE_BYTES / 2));
        Workspaces.write(source.resolve("empty"), new byte[0]);
        try (ServiceFixture fixture = new ServiceFixture(store)) {
            fixture.create(source);
            // A second pack, so that there are several ranges.
            Workspaces.write(source.resolve("d"), random.nextBytes(LARGE_BYTES / 2));
            snapshot = fixture.create(source).id();
        }
        expected = TreeListing.of(source);
    }

    /** Plans a fault at the n-th call of one kind. */
    @FunctionalInterface
    private interface FaultPlanner {
        void plan(FaultyStorageProvider faulty, long n);
    }

    private static IOException denied() {
        return new StorageAccessException("faulty", "any", "Denied as planned", null);
    }

    private FaultyStorageProvider faultlessRun() throws IOException {
        FaultyStorageProvider faulty = new FaultyStorageProvider(store);
        try (ServiceFixture fixture = new ServiceFixture(faulty)) {
            fixture.restoreUnsynced(snapshot, targets.resolve("faultless"));
        }
        return faulty;
    }

    private void sweep(long calls, FaultPlanner planner) throws IOException {
        assertThat(calls).isPositive();
        for (long n = 1; n <= calls; n++) {
            FaultyStorageProvider faulty = new FaultyStorageProvider(store);
            planner.plan(faulty, n);
            restoreTwice(faulty, Files.createTempDirectory(targets, "target"));
        }
    }

    private void restoreTwice(FaultyStorageProvider faulty, Path target) throws IOException {
        try (ServiceFixture fixture = new ServiceFixture(faulty)) {
            fixture.restoreUnsynced(snapshot, target);
        } catch (IOException failed) {
            assertThat(failed).isInstanceOf(SnapshotException.class);
        }
        assertNothingIsHalfWritten(target);
        try (ServiceFixture sound = new ServiceFixture(store)) {
            sound.restoreUnsynced(snapshot, target);
        }
        assertThat(TreeListing.of(target)).isEqualTo(expected);
    }

    private void assertNothingIsHalfWritten(Path target) throws IOException {
        for (Path file : files(target)) {
            Path name = target.relativize(file);
            if (!name.getFileName().toString().startsWith(".gpusnapshot-")) {
                assertThat(file).hasSameBinaryContentAs(source.resolve(name));
            }
        }
    }

    private static List<Path> files(Path target) throws IOException {
        try (Stream<Path> paths = Files.walk(target)) {
            return paths.filter(Files::isRegularFile).toList();
        }
    }

    @Test
    void aRestoreGoesOnAfterTheFailureOfAnyCall() throws IOException {
        sweep(faultlessRun().calls(), (faulty, n) -> faulty.failCall(n, RestoreFaultSweepTest::denied));
    }

    @Test
    void aRestoreGoesOnAfterAnyCallOfABusyStore() throws IOException {
        sweep(faultlessRun().calls(), (faulty, n) -> faulty.failCall(n, FaultyStorageProvider::unavailable));
    }

    @Test
    void aRestoreGoesOnAfterTheLossOfItsStoreAtAnyCall() throws IOException {
        sweep(faultlessRun().calls(), (faulty, n) -> faulty.failFrom(n, RestoreFaultSweepTest::denied));
    }

    @Test
    void aRestoreGoesOnAfterAnyBodyThatBreaks() throws IOException {
        long bodies = faultlessRun().calls(Operation.OPEN);
        for (long afterBytes : new long[] {0, 1, 100, ServiceFixture.CHUNK_BYTES, 2 * ServiceFixture.CHUNK_BYTES + 1}) {
            sweep(bodies, (faulty, n) -> faulty.breakBody(n, afterBytes, RestoreFaultSweepTest::denied));
        }
    }

    @Test
    void aRestoreGoesOnAfterAnyBodyThatWasCorrupted() throws IOException {
        long bodies = faultlessRun().calls(Operation.OPEN);
        for (long position : new long[] {0, 99, ServiceFixture.CHUNK_BYTES, LARGE_BYTES / 2 - 1}) {
            sweep(bodies, (faulty, n) -> faulty.corruptBody(n, position));
        }
    }
}
