package io.gpusnapshot.internal.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gpusnapshot.error.RemoteCommandException;
import io.gpusnapshot.internal.remote.AgentInstaller;
import io.gpusnapshot.remote.RemoteCommand;
import io.gpusnapshot.remote.RemoteExecutor;
import io.gpusnapshot.remote.RemoteResult;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Gets hosts ready to run the agent. Thread-safe. */
public final class AgentDelivery implements AgentInstaller {
    private static final Duration PROBE_LIMIT = Duration.ofMinutes(2);

    private @Nullable Deliverables deliverables;

    private AgentDelivery(@Nullable Deliverables deliverables) {
        this.deliverables = deliverables;
    }

    /** Delivers the agent, and the runtimes, that are on the class path. They are read when first needed. */
    public static AgentDelivery fromClassPath() {
        return new AgentDelivery(null);
    }

    static AgentDelivery of(Deliverables deliverables) {
        return new AgentDelivery(deliverables);
    }

    private synchronized Deliverables deliverables() throws IOException {
        if (deliverables == null) {
            deliverables = Deliverables.onClassPath(AgentDelivery.class.getClassLoader());
        }
        return deliverables;
    }

    /**
     * Sees to it that the agent can be started on a host. Takes one round trip where everything is in place. The caller
     * closes the agent before the session.
     *
     * @throws io.gpusnapshot.error.RemoteAccessException if the host cannot run the agent; the message has the remedy
     * @throws RemoteCommandException if the host has no room for what is sent, or cannot unpack it
     */
    @Override
    public InstalledAgent install(RemoteExecutor host) throws IOException {
        Deliverables sendable = deliverables();
        Artifact agent = sendable.agent().orElseThrow(() -> UnfitHost.withoutAgentToSend(host.host()));
        HostReport report = probe(host, agent, sendable.runtimes());
        String session =
                report.find("session").orElseThrow(() -> UnfitHost.withoutPlace(host.host(), report.text("lacking")));
        try {
            return new HostSetup(host, report, session, sendable.runtimes()).complete(agent);
        } catch (IOException | RuntimeException failed) {
            remove(host, session, failed);
            throw failed;
        }
    }

    private static HostReport probe(RemoteExecutor host, Artifact agent, Map<String, Artifact> runtimes)
            throws IOException {
        List<String> words = new ArrayList<>(List.of("sh", "-s", "--", agent.sha256(), kibibytes(agent)));
        for (Map.Entry<String, Artifact> runtime : runtimes.entrySet()) {
            words.add(runtime.getKey());
            words.add(runtime.getValue().sha256());
            words.add(kibibytes(runtime.getValue()));
        }
        RemoteCommand command = RemoteCommand.of(words)
                .withStdin(script("probe.sh").getBytes(UTF_8))
                .withTimeout(PROBE_LIMIT);
        RemoteResult result = host.run(command);
        HostReport report = HostReport.parse(result.stdout().text());
        if (!report.isComplete()) {
            String said = result.stderr().text().strip();
            throw UnfitHost.withoutShell(host.host(), result.exitCode(), said);
        }
        return report;
    }

    /** What an artifact needs on the host's disk: itself and, for a runtime, what it is unpacked to. */
    private static String kibibytes(Artifact artifact) {
        return Long.toString(5 * artifact.lengthBytes() / 1024 + 1);
    }

    static String script(String name) throws IOException {
        try (InputStream stream = AgentDelivery.class.getResourceAsStream(name)) {
            if (stream == null) {
                throw new FileNotFoundException(name + " is missing beside " + AgentDelivery.class);
            }
            return new String(stream.readAllBytes(), UTF_8);
        }
    }

    private static void remove(RemoteExecutor host, String session, Exception failed) {
        try {
            host.run(RemoteCommand.of("rm", "-rf", "--", session).withTimeout(PROBE_LIMIT));
        } catch (IOException | RuntimeException secondary) {
            failed.addSuppressed(secondary);
        }
    }
}
