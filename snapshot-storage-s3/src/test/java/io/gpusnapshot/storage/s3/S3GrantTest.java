package io.gpusnapshot.storage.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.error.StorageAccessException;
import io.gpusnapshot.storage.ByteRange;
import io.gpusnapshot.storage.DownloadGrant;
import io.gpusnapshot.storage.GrantIssuer;
import io.gpusnapshot.storage.GrantedRequest;
import io.gpusnapshot.storage.PutOptions;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.StorageProviders;
import io.gpusnapshot.storage.StorageReceipt;
import io.gpusnapshot.storage.UploadTicket;
import io.gpusnapshot.storage.UploadedPart;
import io.gpusnapshot.storage.s3.server.S3Server;
import io.gpusnapshot.testing.SeededRandom;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a grant allows whoever holds it, and what not, tried out by plain HTTP as a thief would. */
class S3GrantTest {
    private static final Duration LIFETIME = Duration.ofMinutes(15);
    private static final String PACK = "packs/mine/000009.pack";
    private static final int LENGTH = (16 << 20) + 1000;
    private static final byte[] SECRET = "another snapshot".getBytes(UTF_8);

    @SuppressWarnings("NullAway.Init")
    private static S3Server server;

    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    private final HttpClient http = HttpClient.newHttpClient();

    @SuppressWarnings("NullAway.Init")
    private ServedBucket bucket;

    @SuppressWarnings("NullAway.Init")
    private StorageProvider store;

    @SuppressWarnings("NullAway.Init")
    private GrantIssuer issuer;

    @BeforeAll
    static void startServer() throws IOException {
        server = S3Server.start();
    }

    @AfterAll
    static void stopServer() throws IOException {
        server.close();
    }

    @BeforeEach
    void open() throws IOException {
        bucket = ServedBucket.create(server);
        store = bucket.open("team");
        issuer = store.grants().orElseThrow();
        put("packs/mine/000000.pack", "pack".getBytes(UTF_8));
        put("packs/other/000000.pack", SECRET);
        put("snapshots/mine.manifest", SECRET);
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    private void put(String key, byte[] bytes) throws IOException {
        StorageProviders.putBytes(store, key, bytes, PutOptions.REPLACE);
    }

    private GrantedRequest download() throws IOException {
        List<DownloadGrant> grants = issuer.grantDownloads(List.of("packs/mine/000000.pack"), LIFETIME);
        assertThat(grants).hasSize(1);
        assertThat(grants.get(0).isPrefix()).isFalse();
        return grants.get(0).request("packs/mine/000000.pack");
    }

    private HttpResponse<String> send(String method, URI uri, Map<String, String> headers, byte[] body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri).method(method, HttpRequest.BodyPublishers.ofByteArray(body));
        headers.forEach(request::header);
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private int status(String method, String address, byte[] body) throws IOException, InterruptedException {
        return send(method, URI.create(address), Map.of(), body).statusCode();
    }

    @Test
    void aDownloadGrantReadsItsObjectAndAnyRangeOfIt() throws Exception {
        GrantedRequest grant = download();
        assertThat(grant.headers()).isEmpty();
        HttpResponse<String> whole = send(grant.method(), grant.uri(), grant.headers(), new byte[0]);
        assertThat(whole.statusCode()).isEqualTo(200);
        assertThat(whole.body()).isEqualTo("pack");
        assertThat(send("GET", grant.uri(), Map.of("Range", "bytes=1-2"), new byte[0])
                        .body())
                .isEqualTo("ac");
    }

    @Test
    void aStolenDownloadGrantReadsNothingElse() throws Exception {
        String address = download().uri().toString();
        for (String other : List.of("packs/other/000000.pack", "snapshots/mine.manifest", "packs/mine/", "")) {
            HttpResponse<String> answer =
                    send("GET", URI.create(address.replace("packs/mine/000000.pack", other)), Map.of(), new byte[0]);
            assertThat(answer.statusCode()).as(other).isEqualTo(403);
            assertThat(answer.body()).as(other).doesNotContain(new String(SECRET, UTF_8));
        }
    }

    @Test
    void aStolenDownloadGrantNeitherWritesNorDeletesNorLastsLonger() throws Exception {
        String address = download().uri().toString();
        assertThat(status("PUT", address, SECRET)).isEqualTo(403);
        assertThat(status("DELETE", address, new byte[0])).isEqualTo(403);
        assertThat(status("POST", address + "&uploads=", new byte[0])).isEqualTo(403);
        assertThat(address).contains("X-Amz-Expires=900");
        assertThat(status("GET", address.replace("X-Amz-Expires=900", "X-Amz-Expires=90000"), new byte[0]))
                .isEqualTo(403);
        assertThat(StorageProviders.readFully(store, "packs/mine/000000.pack", 10))
                .isEqualTo("pack".getBytes(UTF_8));
    }

    @Test
    void grantsTellNeitherKeyNorSignatureWhenPrinted() throws Exception {
        UploadTicket ticket = issuer.openUpload(PACK, 10);
        for (Object grant : List.of(download(), issuer.grantPart(ticket, 1, LIFETIME), issuer)) {
            assertThat(grant.toString()).doesNotContain("Signature", S3Server.SECRET_ACCESS_KEY);
        }
    }

    private List<UploadedPart> upload(UploadTicket ticket, byte[] content) throws Exception {
        List<UploadedPart> parts = new ArrayList<>();
        for (int number = 1; number <= ticket.parts().size(); number++) {
            int start = (int) ticket.parts().get(number - 1).offset();
            int end = (int) ticket.parts().get(number - 1).end();
            parts.add(sendPart(ticket, number, Arrays.copyOfRange(content, start, end)));
        }
        return parts;
    }

    private UploadedPart sendPart(UploadTicket ticket, int number, byte[] body) throws Exception {
        GrantedRequest request = issuer.grantPart(ticket, number, LIFETIME);
        HttpResponse<String> answer = send(
                request.method(), request.uri(), Map.of(request.digestHeader().orElseThrow(), md5(body)), body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        String tag = answer.headers().firstValue("ETag").orElseThrow().replace("\"", "");
        return new UploadedPart(number, body.length, Optional.empty(), Optional.of(tag));
    }

    private static String md5(byte[] body) throws Exception {
        return Base64.getEncoder()
                .encodeToString(MessageDigest.getInstance("MD5").digest(body));
    }

    @Test
    void anUploadIsVisibleOnlyWhenTheHolderOfTheKeyCompletesIt() throws Exception {
        byte[] content = random.nextBytes(LENGTH);
        UploadTicket ticket = issuer.openUpload(PACK, content.length);
        List<UploadedPart> parts = upload(ticket, content);
        assertThat(parts).hasSize(2);
        assertThat(store.stat(PACK)).isEmpty();
        StorageReceipt receipt = issuer.completeUpload(ticket, parts);
        assertThat(receipt.lengthBytes()).isEqualTo(content.length);
        assertThat(StorageProviders.readFully(store, PACK, LENGTH)).isEqualTo(content);
    }

    @Test
    void anObjectMayBecomeShorterThanItsUploadWasOpenedFor() throws Exception {
        byte[] content = random.nextBytes(LENGTH);
        for (int length : new int[] {LENGTH - 1, 1}) {
            UploadTicket shorter = issuer.openUpload(PACK, LENGTH).shortened(length);
            List<UploadedPart> parts = upload(shorter, content);
            assertThat(issuer.completeUpload(shorter, parts).lengthBytes()).isEqualTo(length);
            assertThat(StorageProviders.readFully(store, PACK, LENGTH)).isEqualTo(Arrays.copyOf(content, length));
        }
    }

    @Test
    void oneBytePacksHaveGrantsToo() throws Exception {
        UploadTicket ticket = issuer.openUpload(PACK, 1);
        issuer.completeUpload(ticket, upload(ticket, new byte[] {7}));
        assertThat(StorageProviders.readFully(store, PACK, 1)).containsExactly(7);
        assertThat(issuer.minUploadBytes()).isEqualTo(1);
    }

    @Test
    void aPartThatAThiefOverwroteIsNotedWhenTheUploadIsCompleted() throws Exception {
        byte[] content = random.nextBytes(LENGTH);
        UploadTicket ticket = issuer.openUpload(PACK, content.length);
        List<UploadedPart> parts = upload(ticket, content);
        sendPart(ticket, 2, random.nextBytes(1000));
        assertThatExceptionOfType(DataIntegrityException.class)
                .isThrownBy(() -> issuer.completeUpload(ticket, parts))
                .withMessageContaining("InvalidPart");
        assertThat(store.stat(PACK)).isEmpty();
    }

    @Test
    void aStolenPartGrantSendsNoOtherLengthPartUploadOrMethod() throws Exception {
        UploadTicket ticket = issuer.openUpload(PACK, 1000);
        UploadTicket other = issuer.openUpload("packs/mine/000010.pack", 1000);
        String address = issuer.grantPart(ticket, 1, LIFETIME).uri().toString();
        byte[] body = random.nextBytes(1000);
        assertThat(address).contains("content-length");
        assertThat(status("PUT", address, random.nextBytes(1001))).isEqualTo(403);
        assertThat(status("PUT", address, random.nextBytes(999))).isEqualTo(403);
        assertThat(status("PUT", address.replace("partNumber=1", "partNumber=2"), body))
                .isEqualTo(403);
        String uploadId = S3Uploads.uploadId(ticket);
        assertThat(status("PUT", address.replace(uploadId, S3Uploads.uploadId(other)), body))
                .isEqualTo(403);
        assertThat(status("PUT", address.replace("000009", "000010"), body)).isEqualTo(403);
        assertThat(status("GET", address, new byte[0])).isEqualTo(403);
        assertThat(status("DELETE", address, new byte[0])).isEqualTo(403);
        assertThat(status("POST", address, new byte[0])).isEqualTo(403);
    }

    @Test
    void aBodyThatWasDamagedOnItsWayIsRefused() throws Exception {
        UploadTicket ticket = issuer.openUpload(PACK, 1000);
        GrantedRequest request = issuer.grantPart(ticket, 1, LIFETIME);
        byte[] body = random.nextBytes(1000);
        Map<String, String> digest = Map.of(request.digestHeader().orElseThrow(), md5(body));
        body[500] ^= 1;
        assertThat(send("PUT", request.uri(), digest, body).statusCode()).isEqualTo(400);
    }

    @Test
    void aStolenPartGrantCannotChangeWhatIsComplete() throws Exception {
        byte[] content = random.nextBytes(1000);
        UploadTicket ticket = issuer.openUpload(PACK, content.length);
        GrantedRequest stolen = issuer.grantPart(ticket, 1, LIFETIME);
        issuer.completeUpload(ticket, upload(ticket, content));
        // Amazon answers 404; this server takes the part, and lets it lie.
        assertThat(status("PUT", stolen.uri().toString(), random.nextBytes(1000)))
                .isIn(200, 404);
        assertThat(StorageProviders.readFully(store, PACK, 1000)).isEqualTo(content);
    }

    @Test
    void completingTwiceIsNoError() throws Exception {
        byte[] content = random.nextBytes(1000);
        UploadTicket ticket = issuer.openUpload(PACK, content.length);
        List<UploadedPart> parts = upload(ticket, content);
        StorageReceipt first = issuer.completeUpload(ticket, parts);
        assertThat(issuer.completeUpload(ticket, parts)).isEqualTo(first);
    }

    @Test
    void uploadsThatNobodyCompletesCanBeGivenUp() throws Exception {
        UploadTicket ticket = issuer.openUpload(PACK, 1000);
        issuer.openUpload("elsewhere/000009.pack", 1000);
        assertThat(issuer.abandonUploads("packs/", Instant.EPOCH)).isZero();
        assertThat(issuer.abandonUploads("packs/", Instant.now().plusSeconds(60)))
                .isEqualTo(1);
        issuer.abandonUpload(ticket);
    }

    @Test
    void partsFollowTheRulesOfTheStores() throws Exception {
        for (long length : new long[] {1, 5 << 20, 16 << 20, 64L << 20, (64L << 20) + 1, 1L << 40}) {
            List<ByteRange> parts = issuer.openUpload(PACK, length).parts();
            assertThat(parts.size()).isLessThanOrEqualTo(10_000);
            assertThat(parts.get(0).length()).isGreaterThanOrEqualTo(Math.min(length, 5 << 20));
            Set<Long> sizes = new HashSet<>();
            long end = 0;
            boolean inOrder = true;
            for (ByteRange part : parts) {
                // Only the last part may differ.
                inOrder &= part.offset() == end && sizes.size() < 2;
                sizes.add(part.length());
                end = part.end();
            }
            assertThat(inOrder).isTrue();
            assertThat(end).isEqualTo(length);
        }
    }

    @Test
    void noGrantOutlivesTheSessionWhoseKeysSignedIt() throws Exception {
        Instant soon = Instant.now().plusSeconds(100);
        try (StorageProvider session = openSession(soon)) {
            GrantIssuer brief = session.grants().orElseThrow();
            DownloadGrant grant = brief.grantDownloads(List.of("a"), LIFETIME).get(0);
            assertThat(grant.expiresAt()).isBeforeOrEqualTo(soon);
            UploadTicket ticket = new UploadTicket(
                    "a", "token/id", 1, issuer.openUpload("a", 1).parts());
            assertThat(brief.grantPart(ticket, 1, LIFETIME).expiresAt()).isBeforeOrEqualTo(soon);
        }
        try (StorageProvider over = openSession(Instant.now().minusSeconds(1))) {
            GrantIssuer none = over.grants().orElseThrow();
            assertThatExceptionOfType(StorageAccessException.class)
                    .isThrownBy(() -> none.grantDownloads(List.of("a"), LIFETIME))
                    .withMessageContaining("session");
        }
    }

    /** The server takes no notice of session tokens. */
    private StorageProvider openSession(Instant end) throws IOException {
        return ServedBucket.open(
                S3Location.of(bucket.config()),
                "",
                S3Credentials.ofSession(
                        S3Server.ACCESS_KEY_ID, S3Server.SECRET_ACCESS_KEY, "session-token", Optional.of(end)));
    }
}
