package io.gpusnapshot.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.internal.delivery.AgentDelivery;
import io.gpusnapshot.internal.delivery.InstalledAgent;
import io.gpusnapshot.remote.RemoteExecutor;
import io.gpusnapshot.remote.RemoteExecutors;
import io.gpusnapshot.remote.ssh.OpenSshServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real agent by way of a real SSH server. */
class SshDeliveryIT {
    @TempDir
    private Path folder = Path.of("");

    @Test
    @Timeout(300)
    void theAgentIsSentOnceAndStarts() throws IOException {
        Path keys = Files.createDirectory(folder.resolve("keys"));
        Path cache = folder.resolve("cache");
        AgentDelivery delivery = AgentDelivery.fromClassPath();
        try (OpenSshServer server = OpenSshServer.start(keys, "SetEnv XDG_CACHE_HOME=" + cache)) {
            assertThat(greetingOfNewSession(delivery, server, true)).contains("hello");
            assertThat(greetingOfNewSession(delivery, server, false)).contains("hello");
        }
        ClassArchive.await(cache.resolve("gpu-snapshot"));
        assertThat(cache.resolve("gpu-snapshot")).isDirectoryNotContaining("glob:**/session-*");
    }

    private static String greetingOfNewSession(AgentDelivery delivery, OpenSshServer server, boolean sent)
            throws IOException {
        try (RemoteExecutor host = RemoteExecutors.connect(server.target());
                InstalledAgent agent = delivery.install(host)) {
            assertThat(agent.bytesSent() > 0).isEqualTo(sent);
            return StartedAgent.greeting(host, agent.command(List.of()));
        }
    }
}
