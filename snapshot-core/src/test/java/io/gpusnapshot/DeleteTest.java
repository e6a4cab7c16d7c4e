package io.gpusnapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gpusnapshot.error.SnapshotConflictException;
import io.gpusnapshot.error.SnapshotNotFoundException;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.model.SnapshotInfo;
import io.gpusnapshot.model.VerifyDepth;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.memory.MemoryStorageProvider;
import io.gpusnapshot.testing.FakeClock;
import io.gpusnapshot.testing.FaultyStorageProvider.Operation;
import io.gpusnapshot.testing.SeededRandom;
import io.gpusnapshot.testing.Workspaces;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Deleting takes the manifest, and never what a snapshot needs or a create relies on. */
class DeleteTest {
    private static final SnapshotId UNKNOWN = new SnapshotId("20310305T120000Z-gpu-1-aaaaaaaa");

    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    private final FakeClock clock = new FakeClock(Instant.parse("2031-03-05T12:00:00Z"));
    private final StorageProvider store = new MemoryStorageProvider(clock);
    private final ObservedStorage observed = new ObservedStorage(store);
    private final ServiceFixture fixture;
    private Path source;

    DeleteTest() throws IOException {
        fixture = new ServiceFixture(observed, clock);
    }

    @BeforeEach
    void fill(@TempDir Path directory) throws IOException {
        source = directory.resolve("source");
        Workspaces.write(source.resolve("file"), random.nextBytes(100));
    }

    @AfterEach
    void close() throws IOException {
        fixture.close();
    }

    private SnapshotInfo create() throws IOException {
        clock.advance(Duration.ofHours(1));
        return fixture.create(source);
    }

    @Test
    void onlyTheManifestGoes() throws IOException {
        SnapshotInfo first = create();
        SnapshotInfo second = create();
        fixture.service.deleteSnapshot(first.id());
        assertThat(fixture.service.listSnapshots(Optional.empty(), 10).snapshots())
                .containsExactly(second.summary());
        assertThat(fixture.service.verifySnapshot(second.id(), VerifyDepth.DATA).isSound())
                .isTrue();
    }

    @Test
    void anUnknownSnapshotIsNotFound() throws IOException {
        create();
        assertThatExceptionOfType(SnapshotNotFoundException.class)
                .isThrownBy(() -> fixture.service.deleteSnapshot(UNKNOWN))
                .withMessageContaining(UNKNOWN.value());
    }

    @Test
    void anEmptyStoreHasNoRepository() {
        assertThatExceptionOfType(SnapshotNotFoundException.class)
                .isThrownBy(() -> fixture.service.deleteSnapshot(UNKNOWN))
                .withMessageContaining("no repository");
    }

    @Test
    void theParentOfACreateUnderWayCannotBeDeleted() throws IOException {
        SnapshotInfo parent = create();
        Workspaces.write(source.resolve("new"), random.nextBytes(100));
        AtomicReference<IOException> refusal = new AtomicReference<>();
        observed.observe((operation, key) -> {
            if (operation == Operation.PUT && key.startsWith(StoredObjects.PACKS)) {
                refusal.set(failureOfDelete(parent.id()));
            }
        });
        SnapshotInfo child = create();
        assertThat(refusal.get())
                .isInstanceOf(SnapshotConflictException.class)
                .hasMessageContaining(child.id().value());
        fixture.service.deleteSnapshot(parent.id());
        assertThat(fixture.service.verifySnapshot(child.id(), VerifyDepth.DATA).isSound())
                .isTrue();
    }

    private IOException failureOfDelete(SnapshotId id) {
        try {
            fixture.service.deleteSnapshot(id);
            throw new AssertionError("deleted the parent of a create under way");
        } catch (IOException refused) {
            return refused;
        }
    }

    @Test
    void aCreateWhoseParentVanishesNonethelessCommitsNothing() throws IOException {
        SnapshotInfo parent = create();
        Workspaces.write(source.resolve("new"), random.nextBytes(100));
        observed.observe((operation, key) -> {
            if (operation == Operation.PUT && key.startsWith(StoredObjects.PACKS)) {
                StoredObjects.delete(store, "snapshots/" + parent.id() + ".manifest");
            }
        });
        assertThatExceptionOfType(SnapshotConflictException.class)
                .isThrownBy(this::create)
                .withMessageContaining(parent.id().value());
        assertThat(StoredObjects.keys(store, StoredObjects.SNAPSHOTS)).isEqualTo(List.of());
    }

    @Test
    void aCreateWhoseLeaseHasLapsedCommitsNothing() throws IOException {
        observed.observe((operation, key) -> {
            if (operation == Operation.PUT && key.startsWith(StoredObjects.PACKS)) {
                clock.advance(Duration.ofMinutes(31));
            }
        });
        assertThatExceptionOfType(SnapshotConflictException.class)
                .isThrownBy(this::create)
                .withMessageContaining("lease");
        assertThat(StoredObjects.keys(store, StoredObjects.SNAPSHOTS)).isEmpty();
    }
}
