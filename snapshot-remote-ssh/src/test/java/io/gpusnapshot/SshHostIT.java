package io.gpusnapshot;

import static io.gpusnapshot.SshJobBench.assertFailedOn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gpusnapshot.error.RemoteAccessException;
import io.gpusnapshot.error.WorkspaceException;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.remote.LocalProcessExecutor;
import io.gpusnapshot.remote.RemoteCommand;
import io.gpusnapshot.remote.RemoteExecutor;
import io.gpusnapshot.remote.RemoteResult;
import io.gpusnapshot.remote.SshTarget;
import io.gpusnapshot.remote.ssh.CurrentUser;
import io.gpusnapshot.remote.ssh.OpenSshServer;
import io.gpusnapshot.remote.ssh.OrdinaryUser;
import io.gpusnapshot.storage.b2.emulator.InjectedFault;
import io.gpusnapshot.storage.b2.emulator.Operation;
import io.gpusnapshot.testing.BackgroundCall;
import io.gpusnapshot.testing.Secrets;
import io.gpusnapshot.testing.SeededRandom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Whole jobs by real SSH servers on hosts that are short of something. */
@Timeout(300)
class SshHostIT {
    /** The programs of a session have their own view of the file systems, one and the same. */
    private static final String NOEXEC = "unshare -m sh -c 'for place in %s; do mount --bind $place $place &&"
            + " mount -o remount,bind,noexec $place || exit; done; exec sh -c \"$SSH_ORIGINAL_COMMAND\"'";

    private static final long DISK_MIB = 20;

    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    private final RemoteExecutor machine = LocalProcessExecutor.inHome();
    private final Path folder;
    private final Path cache;

    @SuppressWarnings("NullAway.Init")
    private SshJobBench bench;

    SshHostIT(@TempDir Path folder) throws IOException {
        this.folder = folder;
        this.cache = Files.createDirectory(folder.resolve("cache"));
    }

    @BeforeEach
    void open() throws IOException {
        bench = new SshJobBench(folder, random);
    }

    @AfterEach
    void close() throws Exception {
        Agents.awaitEnd(Agents.running().stream());
        bench.close();
        Agents.endIdleWork(cache);
        machine.close();
    }

    private OpenSshServer start(String... lines) throws IOException {
        return OpenSshServer.start(Files.createDirectory(folder.resolve("server")), lines);
    }

    private String cacheLine() {
        return "SetEnv XDG_CACHE_HOME=" + cache;
    }

    private RemoteResult call(String... words) throws IOException {
        return machine.run(RemoteCommand.of(List.of(words)));
    }

    private void mountSmallDisk() throws IOException {
        assumeTrue(CurrentUser.isRoot(), "only root can mount a small disk");
        Files.createDirectory(bench.target);
        RemoteResult mounted =
                call("mount", "-t", "tmpfs", "-o", "size=" + DISK_MIB + "m", "tmpfs", bench.target.toString());
        assumeTrue(mounted.isSuccess(), "needs root that may mount a tmpfs");
    }

    private void unmount() throws IOException {
        assertThat(call("umount", bench.target.toString()).isSuccess()).isTrue();
    }

    @Test
    void aDiskWithoutRoomIsNamedBeforeAnythingIsWritten() throws IOException {
        mountSmallDisk();
        try (OpenSshServer server = start(cacheLine())) {
            SnapshotId snapshot = bench.createHere();
            Files.write(bench.target.resolve("filler"), new byte[10 << 20]);
            SshTarget host = server.target();
            assertFailedOn(host, Secrets.failureOf(() -> bench.restore(snapshot, host)))
                    .isInstanceOf(WorkspaceException.class)
                    .hasMessageContaining("free");
            Files.delete(bench.target.resolve("filler"));
            bench.restore(snapshot, host);
        } finally {
            unmount();
        }
    }

    @Test
    void aDiskThatFillsUpOnTheWayLeavesTheRestoreResumable() throws Exception {
        mountSmallDisk();
        try (OpenSshServer server = start(cacheLine())) {
            SnapshotId snapshot = bench.createHere();
            InjectedFault slow = bench.store.slow(Operation.DOWNLOAD_BY_NAME);
            SshTarget host = server.target();
            BackgroundCall job = BackgroundCall.start(() -> bench.restore(snapshot, host));
            slow.awaitHits(1);
            fill(bench.target);
            bench.store.emulator.faults().clear();
            assertFailedOn(host, job.failure())
                    .isInstanceOf(WorkspaceException.class)
                    .hasMessageContaining("again");
            assertThat(bench.target.resolve("weights.bin")).doesNotExist();
            Files.delete(bench.target.resolve("filler"));
            bench.restore(snapshot, host);
        } finally {
            unmount();
        }
    }

    private void fill(Path disk) throws IOException {
        RemoteResult filled = call("dd", "if=/dev/zero", "bs=64k", "of=" + disk.resolve("filler"));
        assertThat(filled.stderr().text()).contains("No space left");
    }

    @Test
    void anOrdinaryUserWithAReadOnlyHomeIsServed() throws IOException {
        assumeTrue(CurrentUser.isRoot(), "only root can make another user");
        try (OrdinaryUser user = OrdinaryUser.create();
                OpenSshServer server = start()) {
            call("chown", "root", user.home().toString()).orThrow();
            call("chown", "-R", user.name() + ":", bench.source.toString()).orThrow();
            Files.createDirectory(bench.target);
            call("chown", user.name() + ":", bench.target.toString()).orThrow();
            call("chmod", "755", folder.toString()).orThrow();
            SshTarget host = server.target().withUser(user.name());
            bench.restore(bench.create(host), host);
            assertThat(user.home().resolve(".cache")).doesNotExist();
        }
    }

    @Test
    void aCacheAndTemporaryDirectoryThatForbidProgramsArePassedOver() throws IOException {
        assumeNameSpaces();
        try (OpenSshServer server = start(cacheLine(), "ForceCommand " + NOEXEC.formatted(cache + " /tmp"))) {
            bench.restore(bench.create(server.target()), server.target());
        }
        assertThat(cache.resolve("gpu-snapshot")).isDirectoryContaining("glob:**/agent-*");
    }

    @Test
    void aHostThatForbidsProgramsEverywhereIsToldTheRemedy() throws IOException {
        assumeNameSpaces();
        String everywhere = cache + " /tmp /var/tmp /dev/shm";
        try (OpenSshServer server = start(cacheLine(), "ForceCommand " + NOEXEC.formatted(everywhere))) {
            SnapshotId snapshot = bench.createHere();
            SshTarget host = server.target();
            assertFailedOn(host, Secrets.failureOf(() -> bench.restore(snapshot, host)))
                    .isInstanceOf(RemoteAccessException.class)
                    .hasMessageContaining("noexec");
        }
        assertThat(bench.target).doesNotExist();
    }

    private void assumeNameSpaces() throws IOException {
        assumeTrue(call("unshare", "-m", "true").isSuccess(), "only root can make name spaces of mounts");
    }

    @Test
    void aShellThatGreetsAndAServerWithoutSftpDoNotDisturb() throws IOException {
        String greeting = "echo 'Welcome to the GPU club'; echo noise >&2; ";
        try (OpenSshServer server = start(
                cacheLine(),
                "Banner " + Files.writeString(folder.resolve("banner"), "Trespassers beware\n"),
                "ForceCommand " + greeting + "exec sh -c \"$SSH_ORIGINAL_COMMAND\"")) {
            bench.restore(bench.create(server.target()), server.target());
        }
    }
}
