package io.gpusnapshot;

import static io.gpusnapshot.SshJobBench.assertFailedOn;
import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.error.RemoteAccessException;
import io.gpusnapshot.error.RemoteUnavailableException;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.remote.SshTarget;
import io.gpusnapshot.remote.ssh.FaultyLink;
import io.gpusnapshot.remote.ssh.OpenSshServer;
import io.gpusnapshot.storage.b2.emulator.InjectedFault;
import io.gpusnapshot.storage.b2.emulator.Operation;
import io.gpusnapshot.testing.BackgroundCall;
import io.gpusnapshot.testing.Secrets;
import io.gpusnapshot.testing.SeededRandom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Whole jobs by real SSH servers, over links that break or are long, and with keys that do not fit. */
@Timeout(300)
class SshFaultIT {
    /** For all tests, so that the agent is sent once. */
    @TempDir
    private static Path cache = Path.of("");

    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    private final Path folder;

    @SuppressWarnings("NullAway.Init")
    private OpenSshServer server;

    @SuppressWarnings("NullAway.Init")
    private SshJobBench bench;

    SshFaultIT(@TempDir Path folder) {
        this.folder = folder;
    }

    @BeforeEach
    void open() throws IOException {
        server = startServer("server");
        bench = new SshJobBench(folder, random);
    }

    private OpenSshServer startServer(String name) throws IOException {
        return OpenSshServer.start(Files.createDirectory(folder.resolve(name)), "SetEnv XDG_CACHE_HOME=" + cache);
    }

    @AfterEach
    void close() throws Exception {
        Agents.awaitEnd(Agents.running().stream());
        bench.close();
        server.close();
    }

    @AfterAll
    static void endIdleWork() throws Exception {
        Agents.endIdleWork(cache);
    }

    @Test
    void aCreateWhoseLinkIsCutLeavesNothing() throws Exception {
        InjectedFault slow = bench.store.slow(Operation.UPLOAD_PART);
        try (FaultyLink link = FaultyLink.to(server.port())) {
            SshTarget host = server.targetAt(link.port());
            BackgroundCall job = BackgroundCall.start(() -> bench.create(host));
            slow.awaitHits(1);
            List<ProcessHandle> agents = Agents.running();
            assertThat(agents).isNotEmpty();
            link.cut();
            assertFailedOn(host, job.failure())
                    .isInstanceOf(RemoteUnavailableException.class)
                    .hasMessageContaining("again");
            Agents.awaitEnd(agents.stream());
        }
        bench.store.requireNothingLeft();
        bench.store.emulator.faults().clear();
        bench.restore(bench.create(server.target()), server.target());
    }

    @Test
    void aRestoreWhoseServerIsKilledIsResumed() throws Exception {
        SnapshotId snapshot = bench.createHere();
        InjectedFault slow = bench.store.slow(Operation.DOWNLOAD_BY_NAME);
        SshTarget host = server.target();
        BackgroundCall job = BackgroundCall.start(() -> bench.restore(snapshot, host));
        slow.awaitHits(1);
        List<ProcessHandle> agents = Agents.running();
        assertThat(agents).isNotEmpty();
        server.killWithoutPrograms();
        assertFailedOn(host, job.failure())
                .isInstanceOf(RemoteUnavailableException.class)
                .hasMessageContaining("again");
        Agents.awaitEnd(agents.stream());
        assertThat(bench.target.resolve("weights.bin")).doesNotExist();
        bench.store.emulator.faults().clear();
        try (OpenSshServer next = startServer("next")) {
            bench.restore(snapshot, next.target());
        }
    }

    @Test
    void aHostAtTheOtherEndOfTheWorldIsServed() throws IOException {
        try (FaultyLink link = FaultyLink.withDelay(server.port(), Duration.ofMillis(150))) {
            SshTarget host = server.targetAt(link.port());
            bench.restore(bench.create(host), host);
        }
    }

    @Test
    void aHostWithAnotherKeyIsToldNothing() throws IOException {
        SnapshotId snapshot = bench.createHere();
        String other = "SHA256:" + "A".repeat(43);
        SshTarget host = server.target().withHostKey(other);
        assertFailedOn(host, Secrets.failureOf(() -> bench.restore(snapshot, host)))
                .isInstanceOf(RemoteAccessException.class)
                .hasMessageContaining(other);
        assertThat(bench.target).doesNotExist();
    }

    @Test
    void aKeyThatDoesNotFitIsNamed() throws IOException {
        SnapshotId snapshot = bench.createHere();
        SshTarget host = server.target().withIdentity(server.file("host_rsa"));
        assertFailedOn(host, Secrets.failureOf(() -> bench.restore(snapshot, host)))
                .isInstanceOf(RemoteAccessException.class)
                .hasMessageContaining("does not let us in");
        assertThat(bench.target).doesNotExist();
    }
}
