package io.gpusnapshot.internal.remote;

import static io.gpusnapshot.testing.LinePeer.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.error.RemoteCommandException;
import io.gpusnapshot.error.StorageUnavailableException;
import io.gpusnapshot.internal.format.RepositoryLayout;
import io.gpusnapshot.storage.PutOptions;
import io.gpusnapshot.storage.StorageProviders;
import io.gpusnapshot.testing.BackgroundCall;
import io.gpusnapshot.testing.FakeGrantIssuer;
import io.gpusnapshot.testing.LinePeer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A host that creates, and wants to write what it must not. */
class HostileUploadTest {
    private static final String PACK = RepositoryLayout.pack(RemoteJobFixture.ID, 0);
    private static final int LENGTH = 1500;
    private static final byte[] CONTENT = new byte[LENGTH];
    private static final byte[] SHORT = new byte[FakeGrantIssuer.MIN_UPLOAD_BYTES - 1];

    @SuppressWarnings("NullAway.Init")
    private RemoteJobFixture fixture;

    @SuppressWarnings("NullAway.Init")
    private LinePeer host;

    @SuppressWarnings("NullAway.Init")
    private BackgroundCall job;

    @BeforeEach
    void beginACreate() throws IOException {
        fixture = new RemoteJobFixture();
        host = fixture.host.peer();
        job = fixture.create(Optional.empty());
    }

    @AfterEach
    void nothingIsLeftOfIt() throws Exception {
        fixture.host.exit(3, "out of ideas");
        assertThat(job.failure()).isInstanceOf(RemoteCommandException.class).hasMessageContaining("out of ideas");
        fixture.assertNothingLeft();
        fixture.close();
    }

    private void refused(Map<String, Object> question) throws IOException {
        assertThat(host.askInVain(question)).as("%s", question).containsEntry("kind", "RemoteAccessException");
    }

    private static Map<String, Object> openUpload(String key, long lengthBytes) {
        return message("openUpload", "key", key, "lengthBytes", lengthBytes);
    }

    private static Map<String, Object> storePack(String key, byte[] content) {
        return message("storePack", "key", key, "content", Base64.getEncoder().encodeToString(content));
    }

    private static Map<String, Object> grantPart(String key, long number, long lengthBytes) {
        return message("grantPart", "key", key, "number", number, "lengthBytes", lengthBytes);
    }

    private static Map<String, Object> completeUpload(String key, List<Map<String, Object>> parts) {
        return message("completeUpload", "key", key, "parts", parts);
    }

    private static Map<String, Object> part(int number, long lengthBytes, String sha1) {
        return message(
                "part", "number", number, "lengthBytes", lengthBytes, "sha1", sha1, "entityTag", "tag-" + number);
    }

    /** Sends a part as an honest host does, and returns what it then knows. */
    private Map<String, Object> send(int number, byte[] bytes) throws Exception {
        Map<String, Object> grant = host.ask(grantPart(PACK, number, bytes.length));
        String sha1 =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(bytes));
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create((String) grant.get("uri")))
                .method((String) grant.get("method"), HttpRequest.BodyPublishers.ofByteArray(bytes))
                .header((String) grant.get("digestHeader"), sha1);
        LinePeer.inner(grant, "headers").forEach((name, value) -> request.header(name, (String) value));
        HttpResponse<Void> answer =
                HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.discarding());
        assertThat(answer.statusCode()).isEqualTo(200);
        return part(number, bytes.length, sha1);
    }

    private List<Map<String, Object>> sendAll() throws Exception {
        host.ask(openUpload(PACK, LENGTH));
        return List.of(send(1, new byte[1000]), send(2, new byte[500]));
    }

    @Test
    void nothingButPacksOfTheSnapshotCanBeWritten() throws IOException {
        String own = RepositoryLayout.PACKS + RemoteJobFixture.ID + "/";
        for (String key : List.of(
                "",
                "repository.json",
                RepositoryLayout.manifest(RemoteJobFixture.ID),
                RepositoryLayout.lease(RemoteJobFixture.ID),
                RepositoryLayout.pack(RemoteJobFixture.OTHER, 0),
                own + "../" + RemoteJobFixture.OTHER + "/000000.pack",
                own + "../../repository.json",
                own + "a/000000.pack",
                own + "000000.pack/../x",
                own + "000000.pack\u0000",
                own + "00000.pack",
                own + "-00001.pack",
                own + "\u0660\u0661\u0662\u0663\u0664\u0665.pack",
                own,
                "/" + PACK,
                "packs//000000.pack",
                own + "0".repeat(1000) + ".pack",
                "x".repeat(1 << 20))) {
            refused(openUpload(key, LENGTH));
            refused(storePack(key, SHORT));
            refused(grantPart(key, 1, 1000));
            refused(completeUpload(key, List.of()));
            refused(message("abandonUpload", "key", key));
        }
        assertThat(fixture.issuer.objects()).isEmpty();
    }

    @Test
    void packsOfImpossibleLengthsAreRefused() throws IOException {
        for (long length :
                new long[] {Long.MIN_VALUE, -1, 0, 1, FakeGrantIssuer.MIN_UPLOAD_BYTES - 1, 1L << 30, Long.MAX_VALUE}) {
            refused(openUpload(PACK, length));
        }
        refused(storePack(PACK, new byte[0]));
        refused(storePack(PACK, CONTENT));
    }

    @Test
    void aPackIsOpenedOnce() throws IOException {
        host.ask(openUpload(PACK, LENGTH));
        refused(openUpload(PACK, LENGTH));
        refused(openUpload(PACK, LENGTH + 1));
        refused(storePack(PACK, SHORT));
        assertThat(fixture.issuer.openUploads()).hasSize(1);
    }

    @Test
    void aPackThatIsCompleteStaysAsItIs() throws Exception {
        List<Map<String, Object>> parts = sendAll();
        host.ask(completeUpload(PACK, parts));
        refused(openUpload(PACK, LENGTH));
        refused(grantPart(PACK, 1, 1000));
        refused(completeUpload(PACK, parts));
        refused(message("abandonUpload", "key", PACK));
        refused(storePack(PACK, SHORT));
        assertThat(fixture.issuer.objects()).containsEntry(PACK, CONTENT);
    }

    @Test
    void aShortPackIsStoredOnce() throws IOException {
        host.ask(storePack(PACK, SHORT));
        refused(storePack(PACK, new byte[7]));
        refused(openUpload(PACK, LENGTH));
        assertThat(StorageProviders.readFully(fixture.store, PACK, LENGTH)).isEqualTo(SHORT);
    }

    @Test
    void anUploadIsCompletedWithThePartsThatWereGranted() throws Exception {
        List<Map<String, Object>> parts = sendAll();
        Map<String, Object> first = parts.get(0);
        Map<String, Object> second = parts.get(1);
        refused(completeUpload(PACK, List.of()));
        refused(completeUpload(PACK, List.of(first)));
        refused(completeUpload(PACK, List.of(first, second, second)));
        refused(completeUpload(PACK, List.of(second, first)));
        refused(completeUpload(PACK, List.of(first, first)));
        refused(completeUpload(PACK, List.of(part(0, 1000, "0".repeat(40)), second)));
        refused(completeUpload(PACK, List.of(part(1, 1000, "'; drop"), second)));
        refused(completeUpload(PACK, List.of(part(1, 999, "0".repeat(40)), second)));
        refused(completeUpload(PACK, List.of(first, part(2, 501, "0".repeat(40)))));
        refused(completeUpload(PACK, List.of(first, part(2, 0, "0".repeat(40)))));
        refused(completeUpload(PACK, List.of(first, part(2, -1, "0".repeat(40)))));
        assertThat(host.askInVain(completeUpload(PACK, List.of(part(1, 1000, "0".repeat(40)), second))))
                .containsEntry("kind", "DataIntegrityException");
        assertThat(fixture.issuer.objects()).isEmpty();
        host.ask(completeUpload(PACK, parts));
    }

    @Test
    void aPackMayBecomeShorterThanItWasOpenedFor() throws Exception {
        host.ask(openUpload(PACK, LENGTH));
        List<Map<String, Object>> parts = List.of(send(1, new byte[1000]), send(2, new byte[7]));
        host.ask(completeUpload(PACK, parts));
        assertThat(fixture.issuer.objects()).containsEntry(PACK, new byte[1007]);
    }

    @Test
    void partsOfImpossibleLengthsHaveNoGrant() throws IOException {
        host.ask(openUpload(PACK, LENGTH));
        for (long length : new long[] {Long.MIN_VALUE, -1, 0, 501, Long.MAX_VALUE}) {
            refused(grantPart(PACK, 2, length));
        }
        assertThat(fixture.issuer.partGrants()).isZero();
    }

    @Test
    void partsThatAreNotThereHaveNoGrant() throws IOException {
        host.ask(openUpload(PACK, LENGTH));
        for (long number : new long[] {0, 3, 1_000_000_000, Integer.MAX_VALUE}) {
            refused(grantPart(PACK, number, 500));
        }
        assertThat(fixture.issuer.partGrants()).isZero();
    }

    @Test
    void anUploadThatWasAbandonedIsNoMore() throws IOException {
        host.ask(openUpload(PACK, LENGTH));
        host.ask(message("abandonUpload", "key", PACK));
        refused(grantPart(PACK, 1, 1000));
        refused(message("abandonUpload", "key", PACK));
        host.ask(openUpload(PACK, LENGTH));
    }

    @Test
    void noMoreUploadsAreOpenThanACreateNeeds() throws IOException {
        for (int number = 0; number < 64; number++) {
            host.ask(openUpload(RepositoryLayout.pack(RemoteJobFixture.ID, number), LENGTH));
        }
        refused(openUpload(RepositoryLayout.pack(RemoteJobFixture.ID, 64), LENGTH));
        assertThat(fixture.issuer.openUploads()).hasSize(64);
    }

    @Test
    void anUploadThatTheStoreDidNotCompleteCanBeCompletedAgainOrAbandoned() throws Exception {
        List<Map<String, Object>> parts = sendAll();
        fixture.issuer.failCompletion(new StorageUnavailableException("fake", PACK, "busy", null, null));
        assertThat(host.askInVain(completeUpload(PACK, parts))).containsEntry("kind", "StorageUnavailableException");
        host.ask(message("abandonUpload", "key", PACK));
        assertThat(fixture.issuer.openUploads()).isEmpty();
    }

    @Test
    void aCreateWithoutParentReadsNothing() throws IOException {
        StorageProviders.putBytes(
                fixture.store, RepositoryLayout.manifest(RemoteJobFixture.OTHER), CONTENT, PutOptions.REPLACE);
        refused(message(
                "grantDownloads", "store", 0, "keys", List.of(RepositoryLayout.manifest(RemoteJobFixture.OTHER))));
        refused(message("statManifest", "store", 0, "snapshot", RemoteJobFixture.OTHER.value()));
        refused(message("grantDownloads", "store", 0, "keys", new ArrayList<>()));
        assertThat(fixture.issuer.downloadGrants()).isZero();
    }
}
