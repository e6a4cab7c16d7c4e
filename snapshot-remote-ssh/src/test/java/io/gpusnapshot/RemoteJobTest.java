package io.gpusnapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gpusnapshot.error.WorkspaceException;
import io.gpusnapshot.internal.format.RepositoryLayout;
import io.gpusnapshot.model.RestoreInfo;
import io.gpusnapshot.model.SnapshotEvent;
import io.gpusnapshot.model.SnapshotInfo;
import io.gpusnapshot.model.VerifyDepth;
import io.gpusnapshot.remote.LocalProcessExecutor;
import io.gpusnapshot.remote.SshTarget;
import io.gpusnapshot.storage.b2.emulator.Operation;
import io.gpusnapshot.testing.SeededRandom;
import io.gpusnapshot.testing.TreeListing;
import io.gpusnapshot.testing.Workspaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Creates and restores by agents that run as processes of their own and have no keys. */
class RemoteJobTest {
    private static final int WEIGHTS_BYTES = 12 << 20;
    private static final SshTarget HOST =
            SshTarget.of("host", 22).withPassword(() -> "none".toCharArray()).withHostKey("SHA256:" + "A".repeat(43));

    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    private final List<SnapshotEvent> events = new CopyOnWriteArrayList<>();

    @SuppressWarnings("NullAway.Init")
    private EmulatedStore store;

    @SuppressWarnings("NullAway.Init")
    private GPUSnapshotService service;

    @SuppressWarnings("NullAway.Init")
    private Path source;

    @SuppressWarnings("NullAway.Init")
    private Path target;

    @BeforeEach
    void open(@TempDir Path folder) throws IOException {
        store = new EmulatedStore(folder.resolve("bucket"));
        service = GPUSnapshotService.builder()
                .storage(store.provider)
                .remoteExecutors(ignored -> LocalProcessExecutor.in(folder))
                .agentInstaller(new ClassPathAgent())
                .listener(events::add)
                .build();
        source = Files.createDirectory(folder.resolve("source"));
        target = folder.resolve("target");
        Workspaces.mixed(source, random);
        Workspaces.write(source.resolve("weights.bin"), random.nextBytes(WEIGHTS_BYTES));
    }

    @AfterEach
    void close() throws IOException {
        service.close();
        store.close();
    }

    private SnapshotInfo create() throws IOException {
        return service.createSnapshot(request().build());
    }

    private CreateRequest.Builder request() {
        return CreateRequest.builder()
                .target(HOST)
                .workspace(source)
                .instanceId("gpu-1")
                .label("run", "1");
    }

    private RestoreInfo restore(SnapshotInfo snapshot) throws IOException {
        RestoreInfo restored = service.restoreSnapshot(RestoreRequest.of(snapshot.id(), HOST, target.toString()));
        assertThat(TreeListing.of(target)).isEqualTo(TreeListing.of(source));
        return restored;
    }

    @Test
    void aWorkspaceGoesFromHostToStoreAndBack() throws IOException {
        SnapshotInfo snapshot = create();
        assertThat(snapshot.bytesRead()).isGreaterThan(WEIGHTS_BYTES);
        assertThat(service.verifySnapshot(snapshot.id(), VerifyDepth.DATA).isSound())
                .isTrue();
        RestoreInfo restored = restore(snapshot);
        assertThat(restored.bytesFetched()).isGreaterThan(WEIGHTS_BYTES);
        assertThat(events).anyMatch(event -> event instanceof SnapshotEvent.Progress progress && progress.bytes() > 0);
    }

    @Test
    void uploadsThatAHostOpensInVainAreGivenUp() throws IOException {
        Workspaces.write(source.resolve("more.bin"), random.nextBytes(2 * WEIGHTS_BYTES));
        restore(create());
        long packs = store.emulator.traffic().calls(Operation.FINISH_LARGE_FILE);
        assertThat(store.emulator.traffic().calls(Operation.START_LARGE_FILE)).isBetween(packs + 1, packs + 4);
        int left = store.provider.grants().orElseThrow().abandonUploads(RepositoryLayout.PACKS, Instant.MAX);
        assertThat(left).isZero();
    }

    @Test
    void whatHasNotChangedIsNeitherReadNorSent() throws IOException {
        create();
        Workspaces.write(source.resolve("new.bin"), random.nextBytes(5_000));
        SnapshotInfo second = create();
        assertThat(second.filesUnchanged()).isPositive();
        assertThat(second.bytesRead()).isLessThan(WEIGHTS_BYTES);
        assertThat(second.bytesStored()).isLessThan(1 << 20);
        restore(second);
        assertThat(restore(second).bytesFetched()).isZero();
    }

    @Test
    void theHostTakesDifferencesToWhatItsParentHas() throws IOException {
        create();
        byte[] weights = Files.readAllBytes(source.resolve("weights.bin"));
        for (int i = 0; i < weights.length; i += 1000) {
            weights[i]++;
        }
        Workspaces.write(source.resolve("weights.bin"), weights);
        SnapshotInfo second = service.createSnapshot(request().delta(true).build());
        assertThat(second.warnings()).isEmpty();
        assertThat(second.bytesFetched()).isGreaterThan(WEIGHTS_BYTES / 2);
        assertThat(second.bytesStored()).isLessThan(WEIGHTS_BYTES / 2);
        restore(second);
    }

    @Test
    void whatIsMissingOnTheHostIsNamed() {
        assertThatExceptionOfType(WorkspaceException.class)
                .isThrownBy(() -> service.createSnapshot(CreateRequest.builder()
                        .target(HOST)
                        .workspace("/nowhere/at/all")
                        .build()))
                .withMessageContaining("/nowhere/at/all");
    }
}
