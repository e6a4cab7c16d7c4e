package io.gpusnapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.error.RemoteHostException;
import io.gpusnapshot.error.RemoteUnavailableException;
import io.gpusnapshot.internal.format.RepositoryLayout;
import io.gpusnapshot.model.RestoreVerification;
import io.gpusnapshot.model.SnapshotEvent;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.model.SnapshotInfo;
import io.gpusnapshot.model.VerifyDepth;
import io.gpusnapshot.remote.SshTarget;
import io.gpusnapshot.storage.PutOptions;
import io.gpusnapshot.storage.StorageProviders;
import io.gpusnapshot.storage.b2.emulator.Fault;
import io.gpusnapshot.storage.b2.emulator.FaultEffect;
import io.gpusnapshot.storage.b2.emulator.InjectedFault;
import io.gpusnapshot.storage.b2.emulator.Operation;
import io.gpusnapshot.testing.BackgroundCall;
import io.gpusnapshot.testing.SeededRandom;
import io.gpusnapshot.testing.TreeListing;
import io.gpusnapshot.testing.Workspaces;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Jobs of agents that are cancelled, killed, cut off, or let down by the store. */
class RemoteFaultTest {
    private static final int WEIGHTS_BYTES = 12 << 20;
    private static final SshTarget HOST =
            SshTarget.of("host", 22).withPassword(() -> "none".toCharArray()).withHostKey("SHA256:" + "A".repeat(43));

    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    private final List<SnapshotEvent> events = new CopyOnWriteArrayList<>();
    private final List<SeverableExecutor> sessions = new CopyOnWriteArrayList<>();

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
                .remoteExecutors(ignored -> connect(folder))
                .agentInstaller(new ClassPathAgent())
                .listener(events::add)
                .build();
        source = Files.createDirectory(folder.resolve("source"));
        target = folder.resolve("target");
        Workspaces.mixed(source, random);
        Workspaces.write(source.resolve("weights.bin"), random.nextBytes(WEIGHTS_BYTES));
    }

    private SeverableExecutor connect(Path home) {
        SeverableExecutor session = new SeverableExecutor(home);
        sessions.add(session);
        return session;
    }

    @AfterEach
    void close() throws IOException {
        service.close();
        store.close();
    }

    private SnapshotInfo create() throws IOException {
        return service.createSnapshot(CreateRequest.builder()
                .target(HOST)
                .workspace(source)
                .instanceId("gpu-1")
                .build());
    }

    private void restoreAll(SnapshotId snapshot) throws IOException {
        service.restoreSnapshot(RestoreRequest.of(snapshot, HOST, target.toString()));
        assertThat(TreeListing.of(target)).isEqualTo(TreeListing.of(source));
    }

    private InjectedFault inject(FaultEffect effect, int times, Operation... operations) {
        return store.emulator
                .faults()
                .inject(Fault.of(effect, operations).named("packs/").times(times));
    }

    @Test
    void aCancelledCreateLeavesHostAndStoreIdle() throws Exception {
        InjectedFault slow = store.slow(Operation.UPLOAD_PART);
        BackgroundCall job = BackgroundCall.start(this::create);
        slow.awaitHits(1);
        List<ProcessHandle> agents = Agents.running();
        assertThat(agents).hasSize(1);
        job.interrupt();
        assertThat(job.failure()).isInstanceOf(InterruptedIOException.class);
        assertThat(job.endedInterrupted()).isTrue();
        Agents.awaitEnd(agents.stream());
        store.requireNothingLeft();
        store.emulator.faults().clear();
        create();
    }

    @Test
    void aCancelledRestoreIsResumed() throws Exception {
        SnapshotInfo snapshot = create();
        InjectedFault slow = store.slow(Operation.DOWNLOAD_BY_NAME);
        BackgroundCall job = BackgroundCall.start(() -> restoreAll(snapshot.id()));
        slow.awaitHits(1);
        List<ProcessHandle> agents = Agents.running();
        job.interrupt();
        assertThat(job.failure()).isInstanceOf(InterruptedIOException.class);
        Agents.awaitEnd(agents.stream());
        assertThat(target.resolve("weights.bin")).doesNotExist();
        store.emulator.faults().clear();
        restoreAll(snapshot.id());
    }

    @Test
    void aKilledAgentLeavesNoSnapshot() throws Exception {
        InjectedFault slow = store.slow(Operation.UPLOAD_PART);
        BackgroundCall job = BackgroundCall.start(this::create);
        slow.awaitHits(1);
        Agents.kill();
        assertThat(job.failure()).isInstanceOf(RemoteHostException.class).hasMessageContaining("137");
        store.requireNothingLeft();
        store.emulator.faults().clear();
        restoreAll(create().id());
    }

    @Test
    void anAgentWhoseLinkIsCutStopsByItself() throws Exception {
        InjectedFault slow = store.slow(Operation.UPLOAD_PART);
        BackgroundCall job = BackgroundCall.start(this::create);
        slow.awaitHits(1);
        List<ProcessHandle> agents = Agents.running();
        sessions.get(0).sever();
        assertThat(job.failure()).isInstanceOf(RemoteUnavailableException.class);
        Agents.awaitEnd(agents.stream());
        store.requireNothingLeft();
    }

    @Test
    void whatTheStoreDoesNotDoAtOnceIsDoneAgain() throws Exception {
        inject(FaultEffect.expiredToken(), 1, Operation.UPLOAD_PART);
        inject(FaultEffect.serviceUnavailable(), 1, Operation.UPLOAD_PART, Operation.START_LARGE_FILE);
        inject(FaultEffect.resetAfter(100_000), 1, Operation.UPLOAD_PART);
        inject(FaultEffect.dropReply(), 1, Operation.FINISH_LARGE_FILE);
        SnapshotInfo snapshot = create();
        assertThat(service.verifySnapshot(snapshot.id(), VerifyDepth.DATA).isSound())
                .isTrue();
        inject(FaultEffect.expiredToken(), 2, Operation.DOWNLOAD_BY_NAME);
        inject(FaultEffect.serviceUnavailable(), 1, Operation.DOWNLOAD_BY_NAME);
        inject(FaultEffect.closeAfter(1_000_000), 1, Operation.DOWNLOAD_BY_NAME);
        restoreAll(snapshot.id());
        assertThat(store.emulator.traffic().calls(Operation.GET_DOWNLOAD_AUTHORIZATION))
                .isGreaterThan(2);
    }

    @Test
    void aDamagedParentIsDoneWithout() throws Exception {
        SnapshotId parent = create().id();
        String key = RepositoryLayout.manifest(parent);
        byte[] manifest = StorageProviders.readFully(store.provider, key, 1 << 20);
        manifest[manifest.length / 2] ^= 0x55;
        StorageProviders.putBytes(store.provider, key, manifest, PutOptions.REPLACE);
        SnapshotInfo second = create();
        assertThat(second.summary().parent()).isEmpty();
        assertThat(second.warnings()).anyMatch(warning -> warning.problem().contains(parent.value()));
        restoreAll(second.id());
    }

    @Test
    void aChainIsRestoredAsItsLastLink() throws Exception {
        create();
        Workspaces.write(source.resolve("second.bin"), random.nextBytes(3_000));
        SnapshotInfo second = create();
        Files.delete(source.resolve("second.bin"));
        Workspaces.write(source.resolve("third.bin"), random.nextBytes(3_000));
        SnapshotInfo third = create();
        assertThat(third.summary().parent()).contains(second.id());
        assertThat(third.bytesStored()).isLessThan(1 << 20);
        assertThat(store.emulator.traffic().requests(Operation.UPLOAD_FILE))
                .as("packs that are too short for a grant go through the orchestrator")
                .anyMatch(request -> request.name().startsWith(RepositoryLayout.PACKS + third.id()));
        restoreAll(third.id());
        Files.delete(target.resolve("third.bin"));
        Workspaces.write(target.resolve("stray"), new byte[5]);
        service.restoreSnapshot(RestoreRequest.builder(third.id(), target)
                .target(HOST)
                .only("third.bin")
                .only("weights.bin")
                .first("weights.bin")
                .verification(RestoreVerification.CRC32C)
                .build());
        assertThat(target.resolve("stray")).exists();
        service.restoreSnapshot(RestoreRequest.builder(third.id(), target)
                .target(HOST)
                .deleteExtraneous(true)
                .build());
        assertThat(TreeListing.of(target)).isEqualTo(TreeListing.of(source));
    }
}
