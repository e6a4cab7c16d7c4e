package io.gpusnapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gpusnapshot.error.SnapshotException;
import io.gpusnapshot.error.SnapshotNotFoundException;
import io.gpusnapshot.error.StorageAccessException;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.model.SnapshotInfo;
import io.gpusnapshot.model.SnapshotTotals;
import io.gpusnapshot.model.VerifyDepth;
import io.gpusnapshot.model.VerifyReport;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.memory.MemoryStorageProvider;
import io.gpusnapshot.testing.FaultyStorageProvider;
import io.gpusnapshot.testing.FaultyStorageProvider.Operation;
import io.gpusnapshot.testing.SeededRandom;
import io.gpusnapshot.testing.Workspaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What a verification looks at, at each depth, and what it reports. */
class VerifyTest {
    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    private final StorageProvider store = new MemoryStorageProvider(Clock.systemUTC());
    private final FaultyStorageProvider counted = new FaultyStorageProvider(store);
    private final ServiceFixture fixture;
    private Path source;
    private SnapshotInfo first;
    private SnapshotInfo second;

    VerifyTest() throws IOException {
        fixture = new ServiceFixture(counted);
    }

    @BeforeEach
    void create(@TempDir Path directory) throws IOException {
        source = directory.resolve("source");
        Workspaces.write(source.resolve("dropped"), random.nextBytes(2 * ServiceFixture.CHUNK_BYTES));
        Workspaces.write(source.resolve("kept"), random.nextBytes(3 * ServiceFixture.CHUNK_BYTES));
        first = fixture.create(source);
        Files.delete(source.resolve("dropped"));
        Workspaces.write(source.resolve("added"), random.nextBytes(500));
        second = fixture.create(source);
    }

    @AfterEach
    void close() throws IOException {
        fixture.close();
    }

    private VerifyReport verify(SnapshotInfo snapshot, VerifyDepth depth) throws IOException {
        return fixture.service.verifySnapshot(snapshot.id(), depth);
    }

    private static String pack(SnapshotInfo snapshot) {
        return "packs/" + snapshot.id() + "/000000.pack";
    }

    private static String manifest(SnapshotInfo snapshot) {
        return "snapshots/" + snapshot.id() + ".manifest";
    }

    @Test
    void theManifestAloneIsReadAtTheFirstDepth() throws IOException {
        StoredObjects.delete(store, pack(first));
        StoredObjects.delete(store, pack(second));
        VerifyReport report = verify(second, VerifyDepth.MANIFEST);
        assertThat(report.isSound()).isTrue();
        assertThat(report.packs()).isZero();
        assertThat(report.chunks()).isZero();
        assertThat(report.bytesRead()).isZero();
    }

    @Test
    void packsAreCountedAndMeasuredAtTheSecondDepth() throws IOException {
        long opened = counted.calls(Operation.OPEN);
        VerifyReport report = verify(second, VerifyDepth.PRESENCE);
        assertThat(report.isSound()).isTrue();
        assertThat(report.packs()).isEqualTo(2);
        assertThat(report.chunks()).isZero();
        assertThat(counted.calls(Operation.OPEN) - opened)
                .as("descriptor and manifest")
                .isEqualTo(2);
    }

    @Test
    void everyChunkOfTheSnapshotIsReadAtTheThirdDepth() throws IOException {
        VerifyReport report = verify(second, VerifyDepth.DATA);
        SnapshotTotals totals = second.summary().totals();
        assertThat(report.isSound()).isTrue();
        assertThat(report.summary()).isEqualTo(second.summary());
        assertThat(report.depth()).isEqualTo(VerifyDepth.DATA);
        assertThat(report.packs()).isEqualTo(totals.packs());
        assertThat(report.chunks()).isEqualTo(totals.chunks());
        assertThat(report.bytesRead()).isGreaterThanOrEqualTo(totals.storedBytes());
    }

    @Test
    void damageToChunksOfOtherSnapshotsAloneIsNoProblem() throws IOException {
        StoredObjects.flip(store, pack(first), 10, 1);
        assertThat(verify(first, VerifyDepth.DATA).damagedFiles())
                .singleElement()
                .hasToString("dropped");
        assertThat(verify(second, VerifyDepth.DATA).isSound()).isTrue();
    }

    @Test
    void aMissingPackOfAnAncestorIsFound() throws IOException {
        StoredObjects.delete(store, pack(first));
        VerifyReport report = verify(second, VerifyDepth.PRESENCE);
        assertThat(report.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.path()).isEqualTo(pack(first));
            assertThat(problem.problem()).contains("missing");
        });
        assertThat(report.damagedFiles()).singleElement().hasToString("kept");
    }

    @Test
    void aPackOfAnotherLengthIsFoundWithBothLengths() throws IOException {
        int length = StoredObjects.read(store, pack(second)).length;
        StoredObjects.truncate(store, pack(second), length + 1);
        assertThat(verify(second, VerifyDepth.PRESENCE).problems())
                .singleElement()
                .asString()
                .contains(pack(second), " " + length, " " + (length + 1));
    }

    @Test
    void aManifestCutShortAnywhereIsRefused() throws IOException {
        byte[] sound = StoredObjects.read(store, manifest(second));
        for (int length = 0; length < sound.length; length += 1 + random.nextInt(sound.length / 40)) {
            StoredObjects.replace(store, manifest(second), sound);
            StoredObjects.truncate(store, manifest(second), length);
            assertRefused("length " + length);
        }
    }

    @Test
    void aManifestWithAnyByteChangedIsRefused() throws IOException {
        byte[] sound = StoredObjects.read(store, manifest(second));
        for (int position = 0; position < sound.length; position += 1 + random.nextInt(sound.length / 100)) {
            StoredObjects.replace(store, manifest(second), sound);
            StoredObjects.flip(store, manifest(second), position, 1 + random.nextInt(255));
            assertRefused("position " + position);
        }
    }

    private void assertRefused(String damage) {
        assertThatExceptionOfType(SnapshotException.class)
                .as(damage)
                .isThrownBy(() -> verify(second, VerifyDepth.MANIFEST));
    }

    @Test
    void aDamagedManifestIsListedAsUnreadableAndHidesNoOther() throws IOException {
        StoredObjects.truncate(store, manifest(second), 20);
        SnapshotPage page = fixture.service.listSnapshots(Optional.empty(), 10);
        assertThat(page.snapshots()).containsExactly(first.summary());
        assertThat(page.unreadable())
                .singleElement()
                .satisfies(warning ->
                        assertThat(warning.path()).isEqualTo(second.id().value()));
    }

    @Test
    void aSnapshotThatDoesNotExistIsNotFound() throws IOException {
        SnapshotId gone = second.id();
        fixture.service.deleteSnapshot(gone);
        assertThatExceptionOfType(SnapshotNotFoundException.class)
                .isThrownBy(() -> fixture.service.verifySnapshot(gone, VerifyDepth.MANIFEST));
    }

    @Test
    void aStoreThatFailsIsNoFindingButAFailure() throws IOException {
        long calls = counted.calls();
        verify(second, VerifyDepth.DATA);
        long perRun = counted.calls() - calls;
        counted.failCall(
                counted.calls() + perRun, () -> new StorageAccessException("faulty", "any", "Denied as planned", null));
        assertThatExceptionOfType(StorageAccessException.class).isThrownBy(() -> verify(second, VerifyDepth.DATA));
    }
}
