package io.gpusnapshot.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.gpusnapshot.codec.Codec;
import io.gpusnapshot.codec.CodecRegistry;
import io.gpusnapshot.error.UnsupportedFormatException;
import io.gpusnapshot.internal.create.CreateJob;
import io.gpusnapshot.internal.posix.RawNames;
import io.gpusnapshot.internal.restore.RestoreJob;
import io.gpusnapshot.internal.scan.PathRules;
import io.gpusnapshot.internal.scan.ScanOptions;
import io.gpusnapshot.model.Chunking;
import io.gpusnapshot.model.RawPath;
import io.gpusnapshot.model.ReplicaReport;
import io.gpusnapshot.model.RestoreInfo;
import io.gpusnapshot.model.RestoreVerification;
import io.gpusnapshot.model.SnapshotEvent;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.model.SnapshotInfo;
import io.gpusnapshot.model.SnapshotSummary;
import io.gpusnapshot.model.SnapshotTotals;
import io.gpusnapshot.model.SnapshotWarning;
import io.gpusnapshot.model.SyncPolicy;
import io.gpusnapshot.storage.ByteRange;
import io.gpusnapshot.storage.DownloadGrant;
import io.gpusnapshot.storage.GrantedRequest;
import io.gpusnapshot.storage.StorageReceipt;
import io.gpusnapshot.storage.UploadedPart;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MessageRoundTripTest {
    private static final SnapshotId ID = new SnapshotId("20260102T030405Z-gpu-1-aaaaaaaa");
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.000000006Z");
    private static final Terms TERMS = new Terms(
            List.of(new Terms.Store("b2://bucket/prefix", "b2"), new Terms.Store("r2://other", "r2")),
            5_000_001,
            0,
            512L << 20,
            200,
            1);
    private static final CodecRegistry CODECS = CodecRegistry.of(List.of());
    private static final Codec NONE = CODECS.find(CodecRegistry.NONE).orElseThrow();

    private static PathRules rules(String... patterns) {
        return PathRules.parse(List.of(patterns));
    }

    static List<Path> workspaces() {
        return List.of(
                Path.of("/workspace"),
                Path.of("relative/workspace"),
                RawNames.path(RawPath.of("/ünï/çode \"and\" \\ more")),
                RawNames.path(RawPath.ofBytes(new byte[] {'/', 'c', (byte) 0xe9, (byte) 0xff, '/', 1})));
    }

    @ParameterizedTest
    @MethodSource("workspaces")
    void anOrderToCreateArrivesAsItWas(Path workspace) throws IOException {
        for (Optional<SnapshotId> parent : List.of(Optional.<SnapshotId>empty(), Optional.of(ID))) {
            Order.Create order = new Order.Create(
                    new CreateJob(
                            ID,
                            "repository",
                            NOW,
                            "token",
                            "instance \u001b",
                            workspace,
                            new ScanOptions(rules("*.tmp", "!keep.tmp"), true, false),
                            parent,
                            List.of(NONE),
                            parent.isPresent(),
                            parent.isPresent() ? Chunking.CONTENT : Chunking.AUTO,
                            parent.isPresent() ? OptionalInt.of(1 << 20) : OptionalInt.empty(),
                            parent.isPresent() ? OptionalInt.empty() : OptionalInt.of(8 << 20),
                            true,
                            Map.of("label", "", "quote\"", "\n"),
                            Map.of("gpu", "H100")),
                    TERMS);
            Order.Create arrived = (Order.Create) Order.of(Wire.over(order.toMessage()), CODECS);
            assertThat(Wire.over(arrived.toMessage()).fields())
                    .isEqualTo(Wire.over(order.toMessage()).fields());
            assertThat(arrived.terms()).isEqualTo(TERMS);
            assertThat(RawNames.bytes(arrived.job().workspace())).isEqualTo(RawNames.bytes(workspace));
            assertThat(arrived.job().workspaceName()).isEqualTo(order.job().workspaceName());
            assertThat(arrived.job().parent()).isEqualTo(parent);
            assertThat(arrived.job().delta()).isEqualTo(order.job().delta());
            assertThat(arrived.job().chunking()).isEqualTo(order.job().chunking());
            assertThat(arrived.job().chunkBytes()).isEqualTo(order.job().chunkBytes());
            assertThat(arrived.job().packBytes()).isEqualTo(order.job().packBytes());
        }
    }

    @ParameterizedTest
    @MethodSource("workspaces")
    void anOrderToRestoreArrivesAsItWas(Path workspace) throws IOException {
        for (RestoreVerification verification : RestoreVerification.values()) {
            Order.Restore order = new Order.Restore(
                    new RestoreJob(
                            ID,
                            workspace,
                            rules("weights/**"),
                            rules("first"),
                            true,
                            verification,
                            SyncPolicy.NONE,
                            verification == RestoreVerification.CRC32C ? OptionalInt.of(4 << 20) : OptionalInt.empty()),
                    "repository",
                    TERMS);
            Order.Restore arrived = (Order.Restore) Order.of(Wire.over(order.toMessage()), CODECS);
            assertThat(Wire.over(arrived.toMessage()).fields())
                    .isEqualTo(Wire.over(order.toMessage()).fields());
            assertThat(RawNames.bytes(arrived.job().workspace())).isEqualTo(RawNames.bytes(workspace));
            assertThat(arrived.job().rangeBytes()).isEqualTo(order.job().rangeBytes());
        }
    }

    @Test
    void anOrderForCodecsThatAreNotThereSaysSo() throws IOException {
        Message order = new Order.Create(
                        new CreateJob(
                                ID,
                                "r",
                                NOW,
                                "t",
                                "i",
                                Path.of("/w"),
                                new ScanOptions(rules(), false, true),
                                Optional.empty(),
                                List.of(NONE),
                                false,
                                Chunking.FIXED,
                                OptionalInt.empty(),
                                OptionalInt.empty(),
                                false,
                                Map.of(),
                                Map.of()),
                        TERMS)
                .toMessage()
                .with("codecs", List.of("lz77"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Order.of(order, CODECS))
                .withMessageContaining("lz77");
    }

    @Test
    void whatIsNoOrderIsRefusedByName() {
        assertThatExceptionOfType(UnsupportedFormatException.class)
                .isThrownBy(() -> Order.of(Message.of("destroy"), CODECS))
                .withMessageContaining("destroy");
    }

    static List<Question> questions() {
        return List.of(
                new Question.GrantDownloads(1, List.of("a", "")),
                new Question.StatManifest(2, ID),
                new Question.OpenUpload("key", Long.MAX_VALUE),
                new Question.GrantPart("key", 7, 1L << 40),
                new Question.CompleteUpload(
                        "key",
                        List.of(
                                new UploadedPart(1, 5, Optional.of("sha1"), Optional.empty()),
                                new UploadedPart(2, 6, Optional.empty(), Optional.of("\"tag\"")))),
                new Question.AbandonUpload("key"),
                new Question.StorePack("key", ByteBuffer.wrap(new byte[] {0, -1, 1})),
                new Question.Commit(1L << 40));
    }

    @ParameterizedTest
    @MethodSource("questions")
    void aQuestionArrivesAsItWas(Question question) throws IOException {
        Message arrived = Wire.over(question.toMessage(9));
        assertThat(Question.of(arrived)).isEqualTo(question);
        assertThat(arrived.number("call")).isEqualTo(9);
    }

    @Test
    void everyQuestionIsTried() {
        assertThat(questions().stream().map(Object::getClass))
                .containsExactlyInAnyOrder(Question.class.getPermittedSubclasses());
    }

    @Test
    void aGrantEndsAsMuchLaterAsItWasMeantTo() throws IOException {
        Instant wrongClock = Instant.EPOCH;
        DownloadGrant download = new DownloadGrant(
                "packs/x/",
                true,
                URI.create("https://f.example/file/b/packs/x/?a=%20b"),
                Map.of("Authorization", "secret"),
                NOW.plusSeconds(900));
        assertThat(Grants.toDownloadGrant(Wire.over(Grants.of(download, NOW)), wrongClock))
                .isEqualTo(new DownloadGrant(
                        download.key(), true, download.uri(), download.headers(), wrongClock.plusSeconds(900)));
        for (Optional<String> digest : List.of(Optional.<String>empty(), Optional.of("X-Sha1"))) {
            GrantedRequest request = new GrantedRequest(
                    "PUT", URI.create("https://u.example/1?s=2"), Map.of("a", "b"), digest, NOW.minusSeconds(1));
            assertThat(Grants.toGrantedRequest(Wire.over(Grants.of(request, NOW)), wrongClock))
                    .isEqualTo(new GrantedRequest(
                            "PUT", request.uri(), request.headers(), digest, wrongClock.minusSeconds(1)));
        }
    }

    @Test
    void messagesDoNotShowWhatTheyHold() {
        GrantedRequest request = new GrantedRequest(
                "PUT", URI.create("https://u.example/1?s=secret"), Map.of("a", "secret"), Optional.empty(), NOW);
        assertThat(Grants.of(request, NOW)).hasToString("grantedRequest");
    }

    @Test
    void partsAndReceiptsArriveAsTheyWere() throws IOException {
        List<ByteRange> parts = List.of(new ByteRange(0, 5_000_000), new ByteRange(5_000_000, 1));
        assertThat(Grants.toParts(Wire.over(Grants.ofParts(parts)))).isEqualTo(parts);
        StorageReceipt receipt = new StorageReceipt(7, Optional.of("version"), Optional.empty());
        assertThat(Grants.toReceipt(Wire.over(Grants.of(receipt)))).isEqualTo(receipt);
    }

    @Test
    void reportsArriveAsTheyWere() throws IOException {
        SnapshotSummary summary = new SnapshotSummary(
                ID,
                NOW,
                "i",
                "/w",
                Optional.empty(),
                1 << 20,
                Map.of(),
                Map.of(),
                new SnapshotTotals(1, 2, 3, 4, 5, 6, 7, 8));
        List<SnapshotWarning> warnings = List.of(new SnapshotWarning("path", "problem"));
        SnapshotInfo created =
                new SnapshotInfo(summary, 1, 2, 3, 4, 5, 6, Duration.ofNanos(7), warnings, Optional.empty());
        assertThat(Report.toSnapshotInfo(Wire.over(Report.of(created)), summary, warnings))
                .isEqualTo(created);
        RestoreInfo restored = new RestoreInfo(
                summary,
                1,
                2,
                3,
                4,
                5,
                6,
                List.of(new ReplicaReport("one", 1, 8), new ReplicaReport("other", 2, 0)),
                Duration.ofNanos(7),
                warnings,
                Optional.empty());
        assertThat(Report.toRestoreInfo(Wire.over(Report.of(restored)), summary, warnings))
                .isEqualTo(restored);
        for (OptionalLong total : List.of(OptionalLong.empty(), OptionalLong.of(9))) {
            SnapshotEvent.Progress progress =
                    new SnapshotEvent.Progress("create", 1, total, 2, total, 3, Duration.ofNanos(4));
            assertThat(Report.toProgress(Wire.over(Report.of(progress)))).isEqualTo(progress);
        }
        Message warning = Wire.over(Report.of(new SnapshotEvent.Warned(warnings.get(0))));
        assertThat(Report.toWarning(warning)).isEqualTo(warnings.get(0));
    }
}
