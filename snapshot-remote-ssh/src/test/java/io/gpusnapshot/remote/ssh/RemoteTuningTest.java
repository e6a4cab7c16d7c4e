package io.gpusnapshot.remote.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gpusnapshot.model.TuningSetting.Outcome;
import io.gpusnapshot.remote.LocalProcessExecutor;
import io.gpusnapshot.remote.RemoteCommand;
import io.gpusnapshot.remote.RemoteExecutor;
import io.gpusnapshot.remote.RemoteExecutors;
import io.gpusnapshot.remote.host.TcpTuning;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A host that is a network namespace of this machine, tuned over SSH. */
@Timeout(60)
class RemoteTuningTest {
    private static final String SLOW_START = "/proc/sys/net/ipv4/tcp_slow_start_after_idle";

    private final String namespace = "gpusnapshot" + System.nanoTime() % 1_000_000;
    private final RemoteExecutor local = LocalProcessExecutor.inHome();
    private final Path directory;

    RemoteTuningTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @BeforeEach
    void makeNetwork() throws IOException {
        assumeTrue(CurrentUser.isRoot(), "only root can make network namespaces");
        assumeTrue(Files.isExecutable(Path.of("/usr/sbin/ip")), "needs ip (package iproute2)");
        assumeTrue(
                local.run(RemoteCommand.of("ip", "netns", "add", namespace)).isSuccess(),
                "needs root that may make network namespaces");
        assertThat(inNetwork("echo 1 > " + SLOW_START)).isEmpty();
    }

    @AfterEach
    void removeNetwork() throws IOException {
        if (CurrentUser.isRoot()) {
            inNetwork("rm -rf /run/gpusnapshot-tcp-$(readlink /proc/self/ns/net | tr -cd 0-9)");
            var unused = local.run(RemoteCommand.of("ip", "netns", "del", namespace));
        }
        local.close();
    }

    @Test
    void settingsAreChangedBackWhenTheJobEnds() throws IOException {
        try (OpenSshServer server = start();
                RemoteExecutor executor = RemoteExecutors.connect(server.target())) {
            TcpTuning tuning = TcpTuning.apply(executor);
            assertThat(tuning.report().count(Outcome.APPLIED)).isPositive();
            assertThat(inNetwork("cat " + SLOW_START)).isEqualTo("0");
            tuning.close();
            assertThat(inNetwork("cat " + SLOW_START)).isEqualTo("1");
        }
    }

    @Test
    void settingsAreChangedBackWhenTheLinkIsLost() throws IOException {
        try (OpenSshServer server = start();
                FaultyLink link = FaultyLink.to(server.port());
                RemoteExecutor executor = RemoteExecutors.connect(server.targetAt(link.port()))) {
            TcpTuning tuning = TcpTuning.apply(executor);
            assertThat(inNetwork("cat " + SLOW_START)).isEqualTo("0");
            link.cut();
            tuning.close();
            while (!inNetwork("cat " + SLOW_START).equals("1")) {
                Thread.onSpinWait();
            }
        }
    }

    private OpenSshServer start() throws IOException {
        String enter = "exec ip netns exec " + namespace + " /bin/sh -c \"$SSH_ORIGINAL_COMMAND\"";
        return OpenSshServer.start(Files.createDirectory(directory.resolve("server")), "ForceCommand " + enter);
    }

    private String inNetwork(String script) throws IOException {
        return local.run(RemoteCommand.of("ip", "netns", "exec", namespace, "sh", "-c", script))
                .stdout()
                .text()
                .strip();
    }
}
