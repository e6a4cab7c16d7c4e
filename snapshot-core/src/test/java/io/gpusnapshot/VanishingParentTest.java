package io.gpusnapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gpusnapshot.error.SnapshotConflictException;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.model.SnapshotInfo;
import io.gpusnapshot.model.VerifyDepth;
import io.gpusnapshot.storage.memory.MemoryStorageProvider;
import io.gpusnapshot.testing.FaultyStorageProvider.Operation;
import io.gpusnapshot.testing.SeededRandom;
import io.gpusnapshot.testing.Workspaces;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Somebody who saw no lease deletes the parent of a create that chose it. */
class VanishingParentTest {
    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    private final ObservedStorage store = new ObservedStorage(new MemoryStorageProvider(Clock.systemUTC()));
    private final ServiceFixture fixture;
    private Path source;
    private SnapshotId first;
    private SnapshotId parent;

    VanishingParentTest() throws IOException {
        fixture = new ServiceFixture(store);
    }

    @BeforeEach
    void create(@TempDir Path directory) throws IOException {
        source = directory.resolve("source");
        change();
        first = fixture.create(source).id();
        parent = fixture.create(source).id();
    }

    private void change() throws IOException {
        Workspaces.write(source.resolve("file"), random.nextBytes(2 * ServiceFixture.CHUNK_BYTES));
    }

    @AfterEach
    void close() throws IOException {
        fixture.close();
    }

    private void deleteParentAt(Operation wanted, String prefix) {
        store.observe((operation, key) -> {
            if (operation == wanted && key.startsWith(prefix)) {
                store.observe((any, thing) -> {});
                store.delete(List.of("snapshots/" + parent + ".manifest"));
            }
        });
    }

    @Test
    void anotherParentIsChosenIfNothingHasBeenTakenFromIt() throws IOException {
        deleteParentAt(Operation.PUT, StoredObjects.LEASES);

        SnapshotInfo snapshot = fixture.create(source);

        assertThat(snapshot.summary().parent()).contains(first);
        assertThat(fixture.warnings()).singleElement().asString().contains(parent.value(), "cannot be used");
        assertThat(StoredObjects.keys(store, StoredObjects.LEASES)).isEmpty();
    }

    @Test
    void withoutAnyChunkOfItsOwnTheParentIsNotMissed() throws IOException {
        change();
        deleteParentAt(Operation.PUT, StoredObjects.PACKS);

        SnapshotInfo snapshot = fixture.create(source);

        assertThat(fixture.service
                        .verifySnapshot(snapshot.id(), VerifyDepth.DATA)
                        .isSound())
                .isTrue();
    }

    @Test
    void aParentWhoseChunksAreUsedIsAConflict() throws IOException {
        Workspaces.write(source.resolve("more"), random.nextBytes(10));
        deleteParentAt(Operation.PUT, StoredObjects.PACKS);

        assertThatExceptionOfType(SnapshotConflictException.class)
                .isThrownBy(() -> fixture.create(source))
                .withMessageContainingAll(parent.value(), "was deleted", "create again");
        assertThat(StoredObjects.keys(store, StoredObjects.SNAPSHOTS))
                .containsExactly("snapshots/" + first + ".manifest");
    }
}
