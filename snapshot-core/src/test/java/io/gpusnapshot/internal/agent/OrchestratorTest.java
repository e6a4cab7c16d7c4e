package io.gpusnapshot.internal.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.internal.protocol.Grants;
import io.gpusnapshot.internal.protocol.Message;
import io.gpusnapshot.internal.protocol.MessageChannel;
import io.gpusnapshot.internal.protocol.Question;
import io.gpusnapshot.internal.protocol.Terms;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.storage.DownloadGrant;
import io.gpusnapshot.testing.BackgroundCall;
import io.gpusnapshot.testing.BytePipe;
import io.gpusnapshot.testing.LinePeer;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class OrchestratorTest {
    private static final Question QUESTION =
            new Question.StatManifest(0, new SnapshotId("20260102T030405Z-gpu-1-aaaabbbb"));

    private final BytePipe toAgent = new BytePipe();
    private final BytePipe fromAgent = new BytePipe();
    private final LinePeer peer = new LinePeer(fromAgent.in(), toAgent.out());
    private final Orchestrator orchestrator =
            new Orchestrator(new MessageChannel(toAgent.in(), fromAgent.out(), "The orchestrator"));

    private static Message length(long bytes) {
        return Message.of("manifestStat").with("lengthBytes", bytes);
    }

    @Test
    void whatWasForeseenIsNotAskedTheFirstTime() throws Exception {
        Message foreseen =
                Message.of("foreseen").with("question", QUESTION.toMessage()).with("result", length(7));
        orchestrator.noteForeseen(Message.of("restore").withAll("foreseen", List.of(foreseen)));

        assertThat(orchestrator.ask(QUESTION).number("lengthBytes")).isEqualTo(7);

        BackgroundCall again = BackgroundCall.start(() ->
                assertThat(orchestrator.ask(QUESTION).number("lengthBytes")).isEqualTo(8));
        assertThat(peer.hear("statManifest")).containsEntry("call", 1);
        orchestrator.answered(1, length(8));
        again.join();
    }

    @Test
    void otherQuestionsAreAsked() throws Exception {
        Question other = new Question.GrantDownloads(0, List.of("packs/a/000000.pack"));
        Message foreseen =
                Message.of("foreseen").with("question", other.toMessage()).with("result", Message.of("grants"));
        orchestrator.noteForeseen(Message.of("restore").withAll("foreseen", List.of(foreseen)));

        BackgroundCall call = BackgroundCall.start(() -> orchestrator.ask(QUESTION));
        peer.hear("statManifest");
        orchestrator.answered(1, length(8));
        call.join();
    }

    @Test
    void foreseenGrantsServeWhateverTheyCoverAndOnlyOnce() throws Exception {
        DownloadGrant grant = new DownloadGrant(
                "packs/a/", true, URI.create("https://store.example/packs/a/"), Map.of(), Instant.ofEpochSecond(900));
        Message grants = Message.of("grants").withAll("grants", List.of(Grants.of(grant, Instant.EPOCH)));
        Question first = new Question.GrantDownloads(0, List.of("packs/a/000000.pack"));
        Message foreseen =
                Message.of("foreseen").with("question", first.toMessage()).with("result", grants);
        orchestrator.noteForeseen(Message.of("restore").withAll("foreseen", List.of(foreseen)));
        Terms terms = new Terms(List.of(new Terms.Store("fake://store", "fake")), 0, 0, 1 << 20, 1, 1);
        AskingGrantIssuer issuer =
                new AskingGrantIssuer(orchestrator, terms, 0, Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));

        List<String> other = List.of("packs/a/000007.pack");
        assertThat(issuer.grantDownloads(other, Duration.ofMinutes(15))).containsExactly(grant);

        BackgroundCall again = BackgroundCall.start(
                () -> assertThat(issuer.grantDownloads(other, Duration.ZERO)).containsExactly(grant));
        peer.hear("grantDownloads");
        orchestrator.answered(1, grants);
        again.join();
    }
}
