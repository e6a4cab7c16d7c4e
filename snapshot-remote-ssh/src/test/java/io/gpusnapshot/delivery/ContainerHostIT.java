package io.gpusnapshot.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gpusnapshot.CreateRequest;
import io.gpusnapshot.EmulatedStore;
import io.gpusnapshot.GPUSnapshotService;
import io.gpusnapshot.RestoreRequest;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.model.SnapshotInfo;
import io.gpusnapshot.remote.SshTarget;
import io.gpusnapshot.remote.ssh.SshKeys;
import io.gpusnapshot.testing.SeededRandom;
import io.gpusnapshot.testing.TreeListing;
import io.gpusnapshot.testing.Workspaces;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.ImageFromDockerfile;
import org.testcontainers.images.builder.Transferable;

/** A host in a container that has an SSH server and no Java, and reaches the store by the network of this machine. */
@Timeout(600)
class ContainerHostIT {
    private static final String IMAGE = "debian:bookworm-slim";

    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    private static GenericContainer<?> start(Path clientKey, int port) throws IOException {
        boolean socket = Files.exists(Path.of("/var/run/docker.sock")) || System.getenv("DOCKER_HOST") != null;
        assumeTrue(
                socket && DockerClientFactory.instance().isDockerAvailable(),
                "there is no Docker here to run " + IMAGE + " in");
        ImageFromDockerfile image = new ImageFromDockerfile()
                .withDockerfileFromBuilder(builder -> builder.from(IMAGE)
                        .run("apt-get update && apt-get install -y --no-install-recommends openssh-server"
                                + " && mkdir -p /run/sshd")
                        .build());
        GenericContainer<?> container = new GenericContainer<>(image)
                .withNetworkMode("host")
                .withCopyToContainer(
                        Transferable.of(Files.readAllBytes(Path.of(clientKey + ".pub")), 0600),
                        "/root/.ssh/authorized_keys")
                .withCommand("/usr/sbin/sshd", "-D", "-e", "-p", Integer.toString(port))
                .waitingFor(Wait.forLogMessage(".*Server listening.*", 1));
        container.start();
        return container;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    void aWorkspaceIsRestoredThereAndTakenAgain(@TempDir Path folder) throws IOException {
        Path key = SshKeys.generate(folder.resolve("client"), "ed25519");
        int port = freePort();
        Path source = Workspaces.mixed(Files.createDirectory(folder.resolve("source")), random);
        try (GenericContainer<?> container = start(key, port);
                EmulatedStore store = new EmulatedStore(folder.resolve("bucket"));
                GPUSnapshotService service =
                        GPUSnapshotService.builder().storage(store.provider).build()) {
            assertThat(container.isRunning()).isTrue();
            SshTarget host = SshTarget.of("127.0.0.1", port)
                    .withUser("root")
                    .withIdentity(key)
                    .withAcceptNewHostKeys(folder.resolve("known_hosts"));
            SnapshotId here = service.createSnapshot(
                            CreateRequest.builder().workspace(source).build())
                    .id();
            service.restoreSnapshot(RestoreRequest.of(here, host, "/workspace"));

            SnapshotInfo there = service.createSnapshot(
                    CreateRequest.builder().target(host).workspace("/workspace").build());
            assertThat(there.bytesReused()).isEqualTo(there.bytesRead());
            Path back = folder.resolve("back");
            service.restoreSnapshot(RestoreRequest.of(there.id(), back));
            assertThat(TreeListing.of(back)).isEqualTo(TreeListing.of(source));
        }
    }
}
