package io.gpusnapshot.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gpusnapshot.CreateRequest;
import io.gpusnapshot.EmulatedStore;
import io.gpusnapshot.GPUSnapshotService;
import io.gpusnapshot.RestoreRequest;
import io.gpusnapshot.internal.delivery.AgentDelivery;
import io.gpusnapshot.internal.delivery.InstalledAgent;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.model.SnapshotInfo;
import io.gpusnapshot.remote.LocalProcessExecutor;
import io.gpusnapshot.remote.RemoteCommand;
import io.gpusnapshot.remote.RemoteExecutor;
import io.gpusnapshot.remote.RemoteResult;
import io.gpusnapshot.remote.SshTarget;
import io.gpusnapshot.testing.SeededRandom;
import io.gpusnapshot.testing.TreeListing;
import io.gpusnapshot.testing.Workspaces;
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

/** A host that has a C library, all of it, and busybox, and nothing else. */
class BareHostIT {
    private static final String MAKE_ROOT = """
            set -e
            root=$1 java=$2
            mkdir -p "$root/bin" "$root/root" "$root/tmp" "$root/proc" "$root/dev"
            cp "$(command -v busybox)" "$root/bin/busybox"
            for applet in $(busybox --list); do ln -s busybox "$root/bin/$applet"; done
            for file in "$(command -v busybox)" "$java/bin/java" "$java/lib/server/libjvm.so"; do
              ldd "$file" | grep -o '/[^ ]*\\.so[^ ]*' | grep -v "^$java"
            done | sort -u | while read -r library; do
              mkdir -p "$root${library%/*}"
              cp -L "$library" "$root$library"
            done
            libc=$(ldd "$java/bin/java" | grep -o '/[^ ]*/libc\\.so\\.6')
            for part in libdl.so.2 libm.so.6 libpthread.so.0 librt.so.1; do
              cp -L "${libc%/*}/$part" "$root${libc%/*}/$part"
            done
            """;

    private static final String ENTER = "mount --bind /proc \"$0/proc\" && mount --rbind /dev \"$0/dev\""
            + " && exec chroot \"$0\" /bin/env -i HOME=/root PATH=/bin \"$@\"";

    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    @TempDir
    private Path root = Path.of("");

    private RemoteExecutor host = LocalProcessExecutor.inHome();

    @BeforeEach
    void makeHost() throws IOException {
        ClassLoader loader = BareHostIT.class.getClassLoader();
        assumeTrue(
                loader.getResource("META-INF/gpu-snapshot/runtime-linux-x86_64.tar.gz") != null,
                "the JDK that builds this has no jmods, so there is no runtime");
        RemoteCommand make =
                RemoteCommand.of("sh", "-c", MAKE_ROOT, "sh", root.toString(), System.getProperty("java.home"));
        RemoteResult made = host.run(make);
        assumeTrue(made.isSuccess(), "busybox is missing: " + made.stderr().text());
        host = enter();
        RemoteResult trial = host.run(RemoteCommand.of("true"));
        assumeTrue(
                trial.isSuccess(),
                "only root can set up another root: " + trial.stderr().text());
    }

    private RemoteExecutor enter() {
        List<String> stage = List.of("unshare", "-m", "sh", "-c", ENTER, root.toString());
        return new PreparedHost(LocalProcessExecutor.inHome(), stage);
    }

    @AfterEach
    void closeHost() {
        host.close();
    }

    @Test
    @Timeout(300)
    void everythingIsSentOnceAndStartsFasterLater() throws IOException {
        AgentDelivery delivery = AgentDelivery.fromClassPath();
        try (InstalledAgent agent = delivery.install(host)) {
            assertThat(agent.bytesSent()).isGreaterThan(10 << 20);
            assertThat(agent.profile().libc()).isEqualTo("glibc");
            assertThat(StartedAgent.greeting(host, agent.command(List.of()))).contains("hello");
        }
        // One notes what it loads, and the other has the archive made.
        for (int i = 0; i < 2; i++) {
            try (InstalledAgent agent = delivery.install(host)) {
                assertThat(agent.bytesSent()).isZero();
                assertThat(StartedAgent.greeting(host, agent.command(List.of())))
                        .contains("hello");
            }
        }
        ClassArchive.await(root.resolve("root/.cache/gpu-snapshot"));
        try (InstalledAgent agent = delivery.install(host)) {
            List<String> command = agent.command(List.of("-Xshare:on"));
            assertThat(command).anyMatch(word -> word.startsWith("-XX:SharedArchiveFile="));
            assertThat(StartedAgent.greeting(host, command)).contains("hello");
        }
    }

    @Test
    void theRuntimeTrustsTheCommonAuthorities() throws IOException {
        try (InstalledAgent agent = AgentDelivery.fromClassPath().install(host)) {
            String authorities = agent.profile().java().replace("/bin/java", "/lib/security/cacerts");
            assertThat(root.resolve("." + authorities))
                    .isRegularFile()
                    .satisfies(file -> assertThat(Files.size(file)).isGreaterThan(50_000));
        }
    }

    @Test
    @Timeout(300)
    void aWorkspaceIsRestoredAndTakenAgain(@TempDir Path home) throws IOException {
        Path source = Workspaces.mixed(Files.createDirectory(home.resolve("source")), random);
        Path target = root.resolve("root/workspace");
        SshTarget bare =
                SshTarget.of("bare", 22).withPassword(() -> new char[0]).withHostKey("SHA256:" + "A".repeat(43));
        try (EmulatedStore store = new EmulatedStore(home.resolve("bucket"));
                GPUSnapshotService service = GPUSnapshotService.builder()
                        .storage(store.provider)
                        .remoteExecutors(ignored -> enter())
                        .build()) {
            SnapshotId id = service.createSnapshot(
                            CreateRequest.builder().workspace(source).build())
                    .id();
            service.restoreSnapshot(RestoreRequest.of(id, bare, "/root/workspace"));
            assertThat(TreeListing.of(target)).isEqualTo(TreeListing.of(source));

            SnapshotInfo again = service.createSnapshot(CreateRequest.builder()
                    .target(bare)
                    .workspace("/root/workspace")
                    .build());
            assertThat(again.bytesReused()).isEqualTo(again.bytesRead());
        }
    }
}
