package io.gpusnapshot.internal.agent;

import static io.gpusnapshot.testing.LinePeer.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.codec.CodecRegistry;
import io.gpusnapshot.internal.protocol.MessageChannel;
import io.gpusnapshot.internal.protocol.Timing;
import io.gpusnapshot.testing.BackgroundCall;
import io.gpusnapshot.testing.BytePipe;
import io.gpusnapshot.testing.FakeClock;
import io.gpusnapshot.testing.LinePeer;
import io.gpusnapshot.testing.SeededRandom;
import io.gpusnapshot.testing.Workspaces;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** An agent whose orchestrator is a test. */
@Timeout(60)
class AgentTest {
    private static final String ID = "20260102T030405Z-gpu-1-aaaaaaaa";
    private static final Timing PATIENT =
            new Timing(Duration.ofMinutes(5), Duration.ofSeconds(30), Duration.ofMillis(10), Duration.ofHours(1));

    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    private final BytePipe toAgent = new BytePipe();
    private final BytePipe fromAgent = new BytePipe();
    private final LinePeer orchestrator = new LinePeer(fromAgent.in(), toAgent.out());
    private final AtomicBoolean served = new AtomicBoolean();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path workspace;

    @BeforeEach
    void fillTheWorkspace() throws IOException {
        Workspaces.write(workspace.resolve("file"), random.nextBytes(500));
    }

    private BackgroundCall start(Timing timing) {
        MessageChannel channel = new MessageChannel(toAgent.in(), fromAgent.out(), "The orchestrator");
        Agent agent = new Agent(channel, CodecRegistry.fromClassPath(), new FakeClock(), timing);
        return BackgroundCall.start(() -> served.set(agent.serve()));
    }

    private BackgroundCall greeted(Timing timing) throws IOException {
        BackgroundCall agent = start(timing);
        orchestrator.say(message("hello", "protocol", 1));
        assertThat(orchestrator.hear("hello")).containsEntry("protocol", 1);
        return agent;
    }

    private Map<String, Object> create(Path where) {
        return message(
                "create",
                "snapshot",
                ID,
                "repository",
                "the-repository",
                "createdAt",
                "2026-01-02T03:04:05Z",
                "token",
                "token",
                "instanceId",
                "gpu-1",
                "exclude",
                List.of(),
                "oneFileSystem",
                false,
                "honorCacheTags",
                true,
                "codecs",
                List.of(),
                "delta",
                false,
                "chunking",
                "FIXED",
                "failOnSkipped",
                false,
                "labels",
                Map.of(),
                "host",
                Map.of(),
                "terms",
                message(
                        "terms",
                        "stores",
                        List.of(message("store", "name", "fake://store", "provider", "fake")),
                        "minUploadBytes",
                        1000,
                        "parallelism",
                        2,
                        "memoryBytes",
                        64 << 20,
                        "maxConnections",
                        4,
                        "hedgePercent",
                        1),
                "foreseen",
                List.of(),
                "workspace",
                where.toString());
    }

    private static Object call(Map<String, Object> question) {
        return Objects.requireNonNull(question.get("call"));
    }

    private void refuse(Map<String, Object> question, String kind) throws IOException {
        Map<String, Object> error =
                message("error", "kind", kind, "message", "no", "subject", "the subject", "provider", "fake");
        orchestrator.say(message("refusal", "call", call(question), "error", error));
    }

    @Test
    void aPulseIsNoOrder() throws Exception {
        BackgroundCall agent = greeted(PATIENT);
        orchestrator.say(message("pulse"));
        orchestrator.say(create(workspace));
        Map<String, Object> pack = nextQuestion("storePack");
        orchestrator.say(message("answer", "call", call(pack), "result", message("receipt", "lengthBytes", 1)));
        nextQuestion("manifest");
        Map<String, Object> commit = nextQuestion("commit");
        orchestrator.say(message("answer", "call", call(commit), "result", message("committed")));
        assertThat(nextQuestion("created")).containsEntry("bytesRead", 500);
        agent.join();
        assertThat(served).isTrue();
    }

    private Map<String, Object> nextQuestion(String type) throws IOException {
        Map<String, Object> message = orchestrator.hearOrEnd();
        while (message != null && "progress".equals(message.get("type"))) {
            message = orchestrator.hearOrEnd();
        }
        assertThat(message).isNotNull().containsEntry("type", type);
        return message == null ? Map.of() : message;
    }

    @Test
    void refusalsOfEveryKindEndTheJob() throws Exception {
        for (String kind :
                List.of("RemoteAccessException", "StorageUnavailableException", "argument", "unexpected", "stopped")) {
            AgentTest fresh = new AgentTest();
            BackgroundCall agent = fresh.greeted(PATIENT);
            fresh.orchestrator.say(create(workspace));
            fresh.refuse(fresh.nextQuestion("storePack"), kind);
            assertThat(LinePeer.inner(fresh.nextQuestion("failed"), "error")).containsKey("kind");
            agent.join();
            assertThat(fresh.served).as(kind).isFalse();
        }
    }

    @Test
    void aCancelStopsTheJob() throws Exception {
        BackgroundCall agent = greeted(PATIENT);
        orchestrator.say(message("cancel"));
        orchestrator.say(create(workspace));
        nextQuestion("storePack");
        orchestrator.say(message("cancel"));
        assertThat(LinePeer.inner(nextQuestion("failed"), "error")).containsEntry("kind", "stopped");
        agent.join();
    }

    @Test
    void anAgentEndsWithItsLink() throws Exception {
        BackgroundCall agent = greeted(PATIENT);
        orchestrator.say(create(workspace));
        nextQuestion("storePack");
        toAgent.end();
        agent.join();
        assertThat(served).isFalse();
    }

    @Test
    void anAgentEndsWhenNothingIsHeard() throws Exception {
        Timing impatient =
                new Timing(Duration.ofMinutes(5), Duration.ofSeconds(30), Duration.ofMillis(10), Duration.ofMillis(50));
        BackgroundCall agent = start(impatient);
        agent.join();
        assertThat(served).isFalse();
    }

    @Test
    void anotherVersionOfTheProtocolIsRefused() throws Exception {
        BackgroundCall agent = start(PATIENT);
        orchestrator.say(message("hello", "protocol", 2));
        Map<String, Object> heard = orchestrator.hearOrEnd();
        while (heard != null && !"failed".equals(heard.get("type"))) {
            heard = orchestrator.hearOrEnd();
        }
        assertThat(heard).isNotNull();
        agent.join();
        assertThat(served).isFalse();
    }

    @Test
    void aWrongOrderFails() throws Exception {
        BackgroundCall agent = greeted(PATIENT);
        orchestrator.say(message("destroy"));
        assertThat(LinePeer.inner(nextQuestion("failed"), "error")).containsEntry("kind", "UnsupportedFormatException");
        agent.join();
    }

    @Test
    void aWorkspaceThatIsNotThereIsNamed() throws Exception {
        BackgroundCall agent = greeted(PATIENT);
        orchestrator.say(create(workspace.resolve("nowhere")));
        assertThat(LinePeer.inner(nextQuestion("failed"), "error"))
                .containsEntry("kind", "WorkspaceException")
                .containsEntry("reason", "UNREADABLE");
        agent.join();
    }
}
