package io.gpusnapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gpusnapshot.error.RemoteCommandException;
import io.gpusnapshot.error.RemoteUnavailableException;
import io.gpusnapshot.model.HostReport;
import io.gpusnapshot.model.RestoreInfo;
import io.gpusnapshot.model.SnapshotEvent;
import io.gpusnapshot.model.SnapshotInfo;
import io.gpusnapshot.remote.SshTarget;
import io.gpusnapshot.remote.ssh.OpenSshServer;
import io.gpusnapshot.testing.SeededRandom;
import io.gpusnapshot.testing.TreeListing;
import io.gpusnapshot.testing.Workspaces;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Whole jobs by real SSH servers and the agent that is delivered, on a store that the host reaches by itself. */
@Timeout(300)
class SshJobIT {
    private static final int WEIGHTS_BYTES = 24 << 20;

    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    private final List<SnapshotEvent> events = new CopyOnWriteArrayList<>();

    @SuppressWarnings("NullAway.Init")
    private EmulatedStore store;

    @SuppressWarnings("NullAway.Init")
    private GPUSnapshotService service;

    @SuppressWarnings("NullAway.Init")
    private OpenSshServer server;

    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private Path source;

    @BeforeEach
    void open(@TempDir Path home) throws IOException {
        folder = home;
        server = startServer("one");
        store = new EmulatedStore(home.resolve("bucket"));
        service = GPUSnapshotService.builder()
                .storage(store.provider)
                .listener(events::add)
                .build();
        source = Files.createDirectory(home.resolve("source"));
        Workspaces.mixed(source, random);
        Workspaces.write(source.resolve("weights.bin"), random.nextBytes(WEIGHTS_BYTES));
    }

    private OpenSshServer startServer(String name) throws IOException {
        Path cache = folder.resolve("cache");
        return OpenSshServer.start(Files.createDirectory(folder.resolve(name)), "SetEnv XDG_CACHE_HOME=" + cache);
    }

    @AfterEach
    void close() throws IOException {
        service.close();
        store.close();
        server.close();
    }

    private SnapshotInfo create(HostHook... before) throws IOException {
        CreateRequest.Builder request = CreateRequest.builder()
                .target(server.target())
                .workspace(source)
                .after(HostHook.requiredShell("echo resumed >> " + folder.resolve("log")));
        for (HostHook hook : before) {
            request.before(hook);
        }
        return service.createSnapshot(request.build());
    }

    @Test
    void aWorkspaceGoesFromOneHostToTheNext() throws IOException {
        SnapshotInfo snapshot = create(HostHook.requiredShell("echo quiesced >> " + folder.resolve("log")));
        assertThat(folder.resolve("log")).hasContent("quiesced\nresumed");
        HostReport host = snapshot.host().orElseThrow();
        assertThat(host.host()).isEqualTo(server.target().toString());
        assertThat(host.facts().cores()).isPositive();
        assertThat(host.tuning().settings()).hasSizeGreaterThan(5);
        assertThat(host.hooks()).hasSize(2).allMatch(hook -> hook.exitCode() == 0);
        assertThat(host.controlBytes()).isLessThan(WEIGHTS_BYTES / 100);
        assertThat(snapshot.summary().host()).containsKeys("kernel", "cores", "architecture");

        Path target = folder.resolve("target");
        RestoreInfo restored =
                service.restoreSnapshot(RestoreRequest.of(snapshot.id(), server.target(), target.toString()));
        assertThat(TreeListing.of(target)).isEqualTo(TreeListing.of(source));
        assertThat(restored.host().orElseThrow().controlBytes()).isLessThan(WEIGHTS_BYTES / 100);
    }

    @Test
    void aHookThatFailsEndsTheJobBeforeItBegins() throws IOException {
        assertThatExceptionOfType(RemoteCommandException.class)
                .isThrownBy(() -> create(HostHook.requiredShell("echo no trainer here >&2; exit 7")))
                .withMessageContaining("no trainer here")
                .satisfies(failure -> assertThat(failure.exitCode()).isEqualTo(7));
        assertThat(folder.resolve("log")).hasContent("resumed");
        assertThat(create(HostHook.optional("false")).summary().totals().files())
                .isPositive();
    }

    @Test
    void aFleetIsRestoredButForTheHostThatIsGone() throws IOException {
        SnapshotInfo snapshot = create();
        Path target = folder.resolve("target");
        SshTarget known = server.target();
        SshTarget dead = new SshTarget(
                known.host(),
                unusedPort(),
                known.user(),
                known.authentication(),
                known.hostKeyPolicy(),
                known.timeouts(),
                known.jump());
        FleetReport report = service.restoreFleet(
                FleetRequest.of(RestoreRequest.of(snapshot.id(), target.toString()), List.of(dead, server.target())));
        assertThat(report.isComplete()).isFalse();
        assertThat(report.hosts().get(0))
                .isInstanceOfSatisfying(
                        FleetReport.Failed.class,
                        failed -> assertThat(failed.failure()).isInstanceOf(RemoteUnavailableException.class));
        assertThat(report.hosts().get(1)).isInstanceOf(FleetReport.Restored.class);
        assertThat(TreeListing.of(target)).isEqualTo(TreeListing.of(source));
        assertThat(events)
                .anyMatch(event ->
                        event instanceof SnapshotEvent.OnHost one && one.host().equals(known.toString()));
    }

    private static int unusedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
