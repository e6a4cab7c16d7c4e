package io.gpusnapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.gpusnapshot.model.RetentionRule;
import io.gpusnapshot.model.SnapshotEvent;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.model.VerifyDepth;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.memory.MemoryStorageProvider;
import io.gpusnapshot.testing.SeededRandom;
import io.gpusnapshot.testing.TreeListing;
import io.gpusnapshot.testing.Workspaces;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The service as an object: its life, its listener, its arguments. */
class ServiceUseTest {
    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    private final StorageProvider store = new MemoryStorageProvider(Clock.systemUTC());
    private Path source;
    private Path target;

    @BeforeEach
    void fill(@TempDir Path directory) throws IOException {
        source = Workspaces.mixed(directory.resolve("source"), random);
        target = directory.resolve("target");
    }

    private CreateRequest request() {
        return CreateRequest.builder()
                .workspace(source)
                .chunkBytes(ServiceFixture.CHUNK_BYTES)
                .build();
    }

    @Test
    void aClosedServiceDoesNothingMore() throws IOException {
        GPUSnapshotService service = GPUSnapshotService.builder().storage(store).build();
        SnapshotId id = service.createSnapshot(request()).id();
        service.close();
        service.close();
        List<ThrowingCallable> operations = List.of(
                () -> service.createSnapshot(request()),
                () -> service.restoreSnapshot(RestoreRequest.of(id, target)),
                () -> service.listSnapshots(Optional.empty(), 1),
                service::latestSnapshot,
                () -> service.describeSnapshot(id),
                () -> service.readEntries(id, entry -> {}),
                () -> service.verifySnapshot(id, VerifyDepth.MANIFEST),
                () -> service.deleteSnapshot(id),
                () -> service.prune(PruneRequest.of(RetentionRule.KEEP_ALL)));
        for (ThrowingCallable operation : operations) {
            assertThatIllegalStateException().isThrownBy(operation).withMessageContaining("closed");
        }
        assertThat(target).doesNotExist();
        assertThat(StoredObjects.keys(store, StoredObjects.SNAPSHOTS)).hasSize(1);
    }

    @Test
    void aListenerThatThrowsFailsNoJob() throws IOException {
        SnapshotListener hostile = event -> {
            throw new IllegalStateException("from the listener");
        };
        try (GPUSnapshotService service =
                GPUSnapshotService.builder().storage(store).listener(hostile).build()) {
            SnapshotId id = service.createSnapshot(request()).id();
            service.restoreSnapshot(RestoreRequest.of(id, target));
            assertThat(service.verifySnapshot(id, VerifyDepth.DATA).isSound()).isTrue();
        }
        assertThat(TreeListing.of(target)).isEqualTo(TreeListing.of(source));
    }

    @Test
    void progressOnlyGrowsAndEndsAtTheTotals() throws IOException {
        List<SnapshotEvent.Progress> events = Collections.synchronizedList(new ArrayList<>());
        SnapshotListener listener = event -> {
            if (event instanceof SnapshotEvent.Progress progress) {
                events.add(progress);
            }
        };
        try (GPUSnapshotService service =
                GPUSnapshotService.builder().storage(store).listener(listener).build()) {
            SnapshotId id = service.createSnapshot(request()).id();
            assertGrows(events);
            events.clear();
            service.restoreSnapshot(RestoreRequest.of(id, target));
            assertGrows(events);
            events.clear();
            service.verifySnapshot(id, VerifyDepth.DATA);
            assertGrows(events);
        }
    }

    private static void assertGrows(List<SnapshotEvent.Progress> events) {
        for (int i = 1; i < events.size(); i++) {
            SnapshotEvent.Progress before = events.get(i - 1);
            SnapshotEvent.Progress after = events.get(i);
            assertThat(after.entries()).isGreaterThanOrEqualTo(before.entries());
            assertThat(after.bytes()).isGreaterThanOrEqualTo(before.bytes());
            assertThat(after.wireBytes()).isGreaterThanOrEqualTo(before.wireBytes());
            assertThat(after.elapsed()).isGreaterThanOrEqualTo(before.elapsed());
        }
        SnapshotEvent.Progress last = events.get(events.size() - 1);
        assertThat(last.bytes()).isEqualTo(last.totalBytes().orElseThrow());
        assertThat(last.entries()).isEqualTo(last.totalEntries().orElseThrow());
        long phases =
                events.stream().map(SnapshotEvent.Progress::phase).distinct().count();
        assertThat(events.size()).as("events besides those of each phase").isLessThanOrEqualTo((int)
                (last.elapsed().toMillis() / 100 + 2 + phases));
    }

    @Test
    void aPageOfNothingIsRefused() throws IOException {
        try (GPUSnapshotService service =
                GPUSnapshotService.builder().storage(store).build()) {
            assertThatIllegalArgumentException().isThrownBy(() -> service.listSnapshots(Optional.empty(), 0));
        }
    }

    @Test
    void aCodecThatIsNotThereIsRefusedBeforeAnythingIsStored() throws IOException {
        try (GPUSnapshotService service =
                GPUSnapshotService.builder().storage(store).build()) {
            CreateRequest unknown = CreateRequest.builder()
                    .workspace(source)
                    .codec("no-such-codec")
                    .build();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> service.createSnapshot(unknown))
                    .withMessageContaining("no-such-codec");
        }
        assertThat(StoredObjects.keys(store, "")).isEmpty();
    }

    @Test
    void aServiceNeedsOneStore() {
        assertThatIllegalStateException()
                .isThrownBy(() -> GPUSnapshotService.builder().build());
    }
}
