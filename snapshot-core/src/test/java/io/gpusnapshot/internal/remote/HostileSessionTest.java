package io.gpusnapshot.internal.remote;

import static io.gpusnapshot.testing.LinePeer.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.error.RemoteCommandException;
import io.gpusnapshot.error.RemoteUnavailableException;
import io.gpusnapshot.error.UnsupportedFormatException;
import io.gpusnapshot.internal.format.RepositoryLayout;
import io.gpusnapshot.internal.protocol.Protocol;
import io.gpusnapshot.internal.protocol.Timing;
import io.gpusnapshot.model.SnapshotEvent;
import io.gpusnapshot.testing.BackgroundCall;
import io.gpusnapshot.testing.LinePeer;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Hosts that talk nonsense, end, or say nothing at all. */
class HostileSessionTest {
    private static final Timing IMPATIENT =
            new Timing(Duration.ofMillis(50), Duration.ofMillis(50), Duration.ofMillis(10), Duration.ofMillis(50));
    private static final Timing SILENCE_ONLY =
            new Timing(Duration.ofMinutes(5), Duration.ofMillis(50), Duration.ofMillis(10), Duration.ofMillis(50));

    @SuppressWarnings("NullAway.Init")
    private RemoteJobFixture fixture;

    @SuppressWarnings("NullAway.Init")
    private LinePeer host;

    @BeforeEach
    void open() throws IOException {
        fixture = new RemoteJobFixture();
        host = fixture.host.peer();
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        fixture.assertNothingLeft();
        fixture.close();
    }

    private BackgroundCall createWithAnOpenUpload() throws IOException {
        BackgroundCall job = fixture.create(Optional.empty());
        host.ask(message("openUpload", "key", RepositoryLayout.pack(RemoteJobFixture.ID, 0), "lengthBytes", 2000));
        return job;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "[]",
                "7",
                "\"text\"",
                "{",
                "{}",
                "{}}",
                "{\"type\":null}",
                "{\"type\":{}}",
                "{\"type\":\"answer\",\"call\":1,\"result\":{}}",
                "{\"type\":\"no such thing\"}",
                "{\"type\":\"no such thing\",\"call\":1}",
                "{\"type\":\"order\u001b[31m\",\"call\":1}",
                "{\"type\":\"openUpload\"}",
                "{\"type\":\"openUpload\",\"call\":1,\"key\":7,\"lengthBytes\":1}",
                "{\"type\":\"openUpload\",\"call\":1,\"key\":\"k\",\"lengthBytes\":1.5}",
                "{\"type\":\"openUpload\",\"call\":1,\"key\":\"k\",\"lengthBytes\":99999999999999999999}",
                "{\"type\":\"openUpload\",\"call\":1e99,\"key\":\"k\",\"lengthBytes\":1}",
                "{\"type\":\"grantPart\",\"call\":1,\"key\":\"k\",\"number\":-1,\"lengthBytes\":1}",
                "{\"type\":\"grantPart\",\"call\":1,\"key\":\"k\",\"number\":2147483648,\"lengthBytes\":1}",
                "{\"type\":\"grantPart\",\"call\":1,\"key\":\"k\",\"number\":1}",
                "{\"type\":\"statManifest\",\"call\":1,\"store\":0,\"snapshot\":\"../../etc\"}",
                "{\"type\":\"statManifest\",\"call\":1,\"snapshot\":\"20260101T030405Z-gpu-1-bbbbbbbb\"}",
                "{\"type\":\"grantDownloads\",\"call\":1,\"store\":-1,\"keys\":[\"k\"]}",
                "{\"type\":\"storePack\",\"call\":1,\"key\":\"k\",\"content\":\"!\"}",
                "{\"type\":\"completeUpload\",\"call\":1,\"key\":\"k\",\"parts\":[null]}",
                "{\"type\":\"completeUpload\",\"call\":1,\"key\":\"k\",\"parts\":[{\"number\":10001,\"lengthBytes\":1}]}",
                "{\"type\":\"grantDownloads\",\"call\":1,\"store\":0,\"keys\":[[]]}",
                "{\"type\":\"manifest\"}",
                "{\"type\":\"progress\",\"phase\":\"x\",\"entries\":-1,\"bytes\":0,\"wireBytes\":0,\"elapsedNanos\":0}",
                "{\"type\":\"progress\",\"phase\":\"x\",\"entries\":0,\"bytes\":1e400,\"wireBytes\":0,\"elapsedNanos\":0}",
                "{\"type\":\"created\",\"bytesRead\":-1}",
                "{\"type\":\"failed\"}",
                "{\"type\":\"failed\",\"error\":{\"kind\":\"x\",\"message\":\"\",\"subject\":\"\"}}",
                "{\"type\":\"failed\",\"error\":{\"kind\":\"WorkspaceException\",\"message\":\"\",\"subject\":\"\"}}",
            })
    void nonsenseEndsTheJob(String line) throws Exception {
        BackgroundCall job = createWithAnOpenUpload();
        host.sayLine(line);
        if (line.contains("\"created\"")) {
            assertThat(job.failure()).isInstanceOf(IOException.class);
        } else {
            assertThat(job.failure()).isInstanceOf(UnsupportedFormatException.class);
            assertThat(job.failure().getMessage()).doesNotContain("\u001b");
        }
        assertThat(fixture.host.wasKilled()).isTrue();
    }

    @Test
    void aLineThatIsTooLongEndsTheJob() throws Exception {
        BackgroundCall job = createWithAnOpenUpload();
        host.sayLine("{\"type\":\"" + "x".repeat(Protocol.MAX_LINE_BYTES) + "\"}");
        assertThat(job.failure()).isInstanceOf(UnsupportedFormatException.class).hasMessageContaining("more than");
    }

    @Test
    void aLineThatIsNestedTooDeeplyEndsTheJob() throws Exception {
        BackgroundCall job = createWithAnOpenUpload();
        host.sayLine("{\"type\":" + "[".repeat(1_000_000) + "]".repeat(1_000_000) + "}");
        assertThat(job.failure()).isInstanceOf(UnsupportedFormatException.class);
    }

    @Test
    void aLineOfTooManyValuesEndsTheJob() throws Exception {
        BackgroundCall job = createWithAnOpenUpload();
        host.sayLine("{\"type\":\"grantDownloads\",\"call\":1,\"store\":0,\"keys\":[" + "\"\",".repeat(1_000_000)
                + "\"\"]}");
        assertThat(job.failure()).isInstanceOf(UnsupportedFormatException.class);
    }

    @Test
    void whatAFailureSaysIsFitToBeShown() throws Exception {
        BackgroundCall job = createWithAnOpenUpload();
        host.say(message(
                "failed",
                "error",
                message(
                        "error",
                        "kind",
                        "unexpected",
                        "subject",
                        "",
                        "message",
                        "\u001b]0;owned\u0007\nERROR forged \u202e" + "x".repeat(1 << 20))));
        assertThat(job.failure().getMessage())
                .contains("hostile-host")
                .doesNotContain("\u001b", "\u0007", "\n", "\u202e")
                .hasSizeLessThan(20_000);
    }

    @Test
    void aHostThatSaysItWasCancelledIsNotBelieved() throws Exception {
        BackgroundCall job = createWithAnOpenUpload();
        host.say(message("failed", "error", message("error", "kind", "stopped", "subject", "", "message", "bye")));
        assertThat(job.failure()).isInstanceOf(RemoteUnavailableException.class);
        assertThat(job.endedInterrupted()).isFalse();
    }

    @Test
    void absurdProgressIsPassedOnWithoutHarm() throws Exception {
        BackgroundCall job = fixture.create(Optional.empty());
        Map<String, Object> progress = message(
                "progress",
                "phase",
                "\u001b[2J",
                "entries",
                Long.MAX_VALUE,
                "totalEntries",
                0,
                "bytes",
                Long.MAX_VALUE,
                "totalBytes",
                1,
                "wireBytes",
                Long.MAX_VALUE,
                "elapsedNanos",
                Long.MAX_VALUE);
        host.say(progress);
        host.say(message("warning", "path", "\u0007", "problem", "x".repeat(1 << 20)));
        host.askInVain(message("commit", "lengthBytes", 0));
        fixture.host.exit(0, "");
        job.failure();
        SnapshotEvent.Progress seen = (SnapshotEvent.Progress) fixture.events.get(0);
        assertThat(seen.phase()).doesNotContain("\u001b");
        assertThat(seen.remaining()).isPresent();
        SnapshotEvent.Warned warned = (SnapshotEvent.Warned) fixture.events.get(1);
        assertThat(warned.warning().toString()).doesNotContain("\u0007").hasSizeLessThan(20_000);
    }

    @Test
    void theEndOfTheAgentTellsWhy() throws Exception {
        BackgroundCall job = createWithAnOpenUpload();
        fixture.host.exit(137, "Killed\u001b[0m\n");
        assertThat(job.failure()).isInstanceOfSatisfying(RemoteCommandException.class, failure -> {
            assertThat(failure.exitCode()).isEqualTo(137);
            assertThat(failure.errorTail()).startsWith("Killed").doesNotContain("\u001b");
        });
    }

    @Test
    void anAgentThatCannotStartTellsWhy() throws Exception {
        BackgroundCall job = fixture.startCreate(Optional.empty());
        fixture.host.exit(127, "java: not found");
        assertThat(job.failure()).isInstanceOf(RemoteCommandException.class).hasMessageContaining("java: not found");
    }

    @Test
    void anOutputThatIsClosedCountsAsALostLink() throws Exception {
        BackgroundCall job = createWithAnOpenUpload();
        fixture.host.fallSilent();
        assertThat(job.failure()).isInstanceOf(RemoteUnavailableException.class).hasMessageContaining("lost");
        assertThat(fixture.host.wasKilled()).isTrue();
    }

    @Test
    void anotherVersionOfTheProtocolIsRefused() throws Exception {
        BackgroundCall job = fixture.startCreate(Optional.empty());
        host.say(message("hello", "protocol", 2));
        assertThat(job.failure())
                .isInstanceOf(UnsupportedFormatException.class)
                .hasMessageContaining("protocol 2")
                .hasMessageContaining("same version");
    }

    @Test
    void silenceBeforeTheHelloEndsTheJob() throws Exception {
        BackgroundCall job = fixture.impatient(IMPATIENT).startCreate(Optional.empty());
        assertThat(job.failure()).isInstanceOf(RemoteUnavailableException.class).hasMessageContaining("did not start");
        assertThat(fixture.host.wasKilled()).isTrue();
    }

    @Test
    void silenceDuringTheJobEndsIt() throws Exception {
        BackgroundCall job = fixture.impatient(SILENCE_ONLY).startCreate(Optional.empty());
        fixture.host.greet();
        assertThat(job.failure())
                .isInstanceOf(RemoteUnavailableException.class)
                .hasMessageContaining("Nothing was heard");
        assertThat(fixture.host.wasKilled()).isTrue();
    }

    @Test
    void silenceIsNoticedWhileALinkHangs() throws Exception {
        BackgroundCall job = fixture.impatient(SILENCE_ONLY).startCreate(Optional.empty());
        fixture.host.turnDeaf();
        fixture.host.greet();
        assertThat(job.failure())
                .isInstanceOf(RemoteUnavailableException.class)
                .hasMessageContaining("Nothing was heard");
    }

    @Test
    void aJobCanBeCancelledWhileALinkHangs() throws Exception {
        BackgroundCall job = fixture.impatient(new Timing(
                        Duration.ofMinutes(5), Duration.ofMillis(50), Duration.ofMillis(20), Duration.ofHours(1)))
                .create(Optional.empty());
        fixture.host.turnDeaf();
        job.interrupt();
        assertThat(job.failure()).isInstanceOf(InterruptedIOException.class);
    }

    @Test
    void aCancelledJobIsCancelledOnTheHost() throws Exception {
        BackgroundCall job = createWithAnOpenUpload();
        job.interrupt();
        host.hear("cancel");
        host.ask(message("abandonUpload", "key", RepositoryLayout.pack(RemoteJobFixture.ID, 0)));
        host.say(message("failed", "error", message("error", "kind", "stopped", "subject", "", "message", "")));
        assertThat(job.failure()).isInstanceOf(InterruptedIOException.class);
        assertThat(job.endedInterrupted()).isTrue();
    }

    @Test
    void aHostThatDoesNotStopIsKilled() throws Exception {
        BackgroundCall job = fixture.impatient(new Timing(
                        Duration.ofMinutes(5), Duration.ofMillis(50), Duration.ofMillis(20), Duration.ofHours(1)))
                .create(Optional.empty());
        job.interrupt();
        assertThat(job.failure()).isInstanceOf(InterruptedIOException.class);
        assertThat(fixture.host.wasKilled()).isTrue();
    }

    @Test
    void manyQuestionsAtOnceAreAllAnswered() throws Exception {
        BackgroundCall job = fixture.create(Optional.empty());
        for (int call = 0; call < 500; call++) {
            host.say(message("grantPart", "key", "none", "number", 1, "lengthBytes", 1, "call", call));
        }
        Map<Object, Object> answered = new HashMap<>();
        while (answered.size() < 500) {
            Map<String, Object> refusal = host.hear("refusal");
            answered.put(refusal.get("call"), refusal);
        }
        fixture.host.exit(1, "");
        job.failure();
    }
}
