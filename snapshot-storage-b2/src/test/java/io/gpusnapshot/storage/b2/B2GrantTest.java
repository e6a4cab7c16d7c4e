package io.gpusnapshot.storage.b2;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.storage.DownloadGrant;
import io.gpusnapshot.storage.GrantIssuer;
import io.gpusnapshot.storage.GrantedRequest;
import io.gpusnapshot.storage.PutOptions;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.StorageProviders;
import io.gpusnapshot.storage.StorageReceipt;
import io.gpusnapshot.storage.UploadTicket;
import io.gpusnapshot.storage.UploadedPart;
import io.gpusnapshot.testing.SeededRandom;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What a grant allows whoever holds it, and what not, tried out by plain HTTP as a thief would. */
class B2GrantTest {
    private static final Duration LIFETIME = Duration.ofMinutes(15);
    private static final byte[] SECRET = "another snapshot".getBytes(UTF_8);

    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    private final HttpClient http = HttpClient.newHttpClient();

    @SuppressWarnings("NullAway.Init")
    private EmulatedBucket bucket;

    @SuppressWarnings("NullAway.Init")
    private StorageProvider store;

    @SuppressWarnings("NullAway.Init")
    private GrantIssuer issuer;

    @BeforeEach
    void open(@TempDir Path folder) throws IOException {
        bucket = new EmulatedBucket(folder);
        store = StorageProviders.prefixed(bucket.open(), "team");
        issuer = store.grants().orElseThrow();
        put("packs/mine/000000.pack", "pack".getBytes(UTF_8));
        put("packs/other/000000.pack", SECRET);
        put("snapshots/mine.manifest", SECRET);
    }

    @AfterEach
    void close() throws IOException {
        store.close();
        bucket.close();
    }

    private void put(String key, byte[] bytes) throws IOException {
        StorageProviders.putBytes(store, key, bytes, PutOptions.REPLACE);
    }

    private DownloadGrant downloads() throws IOException {
        List<DownloadGrant> grants =
                issuer.grantDownloads(List.of("packs/mine/000000.pack", "packs/mine/000001.pack"), LIFETIME);
        assertThat(grants).hasSize(1);
        return grants.get(0);
    }

    private HttpResponse<String> send(String method, URI uri, Map<String, String> headers, byte[] body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri).method(method, HttpRequest.BodyPublishers.ofByteArray(body));
        headers.forEach(request::header);
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> send(GrantedRequest request) throws IOException, InterruptedException {
        return send(request.method(), request.uri(), request.headers(), new byte[0]);
    }

    @Test
    void aDownloadGrantReadsThePacksOfOneSnapshot() throws Exception {
        HttpResponse<String> answer = send(downloads().request("packs/mine/000000.pack"));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("pack");
    }

    @Test
    void aStolenDownloadGrantReadsNothingElse() throws Exception {
        DownloadGrant grant = downloads();
        String base = grant.uri().toString();
        for (String other : List.of("packs/other/000000.pack", "snapshots/mine.manifest", "packs/mine")) {
            URI uri = URI.create(base.replace("packs/mine/", other));
            assertThat(send("GET", uri, grant.headers(), new byte[0]).statusCode())
                    .as(other)
                    .isIn(401, 403, 404);
            assertThat(send("GET", uri, grant.headers(), new byte[0]).body())
                    .as(other)
                    .doesNotContain(new String(SECRET, UTF_8));
        }
    }

    @Test
    void aStolenDownloadGrantNeitherListsNorWritesNorDeletes() throws Exception {
        DownloadGrant grant = downloads();
        String api = bucket.emulator.endpoint() + "/b2api/v2/";
        String inBucket = "{\"bucketId\":\"" + bucket.bucketId + "\"}";
        for (String call : List.of("b2_list_file_names", "b2_list_file_versions", "b2_get_upload_url")) {
            HttpResponse<String> answer =
                    send("POST", URI.create(api + call), grant.headers(), inBucket.getBytes(UTF_8));
            assertThat(answer.statusCode()).as(call).isEqualTo(401);
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
        String sha1 =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(body));
        Map<String, String> headers = new HashMap<>(request.headers());
        headers.put(request.digestHeader().orElseThrow(), sha1);
        assertThat(send(request.method(), request.uri(), headers, body).statusCode())
                .isEqualTo(200);
        return new UploadedPart(number, body.length, Optional.of(sha1), Optional.empty());
    }

    @Test
    void anUploadIsVisibleOnlyWhenTheHolderOfTheKeyCompletesIt() throws Exception {
        byte[] content = random.nextBytes(7_000_000);
        UploadTicket ticket = issuer.openUpload("packs/mine/000009.pack", content.length);
        List<UploadedPart> parts = upload(ticket, content);
        assertThat(store.stat("packs/mine/000009.pack")).isEmpty();
        StorageReceipt receipt = issuer.completeUpload(ticket, parts);
        assertThat(receipt.lengthBytes()).isEqualTo(content.length);
        assertThat(StorageProviders.readFully(store, "packs/mine/000009.pack", 8_000_000))
                .isEqualTo(content);
    }

    @Test
    void anObjectMayBecomeShorterThanItsUploadWasOpenedFor() throws Exception {
        byte[] content = random.nextBytes(7_000_000);
        UploadTicket ticket = issuer.openUpload("packs/mine/000009.pack", 13_000_000);
        UploadTicket shorter = ticket.shortened(content.length);
        StorageReceipt receipt = issuer.completeUpload(shorter, upload(shorter, content));
        assertThat(receipt.lengthBytes()).isEqualTo(content.length);
        assertThat(StorageProviders.readFully(store, "packs/mine/000009.pack", 8_000_000))
                .isEqualTo(content);
    }

    @Test
    void aPartThatAThiefOverwroteIsNotedWhenTheUploadIsCompleted() throws Exception {
        byte[] content = random.nextBytes(7_000_000);
        UploadTicket ticket = issuer.openUpload("packs/mine/000009.pack", content.length);
        List<UploadedPart> parts = upload(ticket, content);
        sendPart(ticket, 2, random.nextBytes(2_000_000));
        assertThatExceptionOfType(DataIntegrityException.class).isThrownBy(() -> issuer.completeUpload(ticket, parts));
        assertThat(store.stat("packs/mine/000009.pack")).isEmpty();
    }

    @Test
    void aStolenPartGrantCannotChangeWhatIsComplete() throws Exception {
        byte[] content = random.nextBytes(7_000_000);
        UploadTicket ticket = issuer.openUpload("packs/mine/000009.pack", content.length);
        GrantedRequest stolen = issuer.grantPart(ticket, 1, LIFETIME);
        issuer.completeUpload(ticket, upload(ticket, content));
        byte[] forged = random.nextBytes(5_000_000);
        Map<String, String> headers = new HashMap<>(stolen.headers());
        headers.put(stolen.digestHeader().orElseThrow(), "do_not_verify");
        assertThat(send(stolen.method(), stolen.uri(), headers, forged).statusCode())
                .isGreaterThanOrEqualTo(400);
        assertThat(StorageProviders.readFully(store, "packs/mine/000009.pack", 8_000_000))
                .isEqualTo(content);
    }

    @Test
    void completingTwiceIsNoError() throws Exception {
        byte[] content = random.nextBytes(7_000_000);
        UploadTicket ticket = issuer.openUpload("packs/mine/000009.pack", content.length);
        List<UploadedPart> parts = upload(ticket, content);
        issuer.completeUpload(ticket, parts);
        assertThat(issuer.completeUpload(ticket, parts).lengthBytes()).isEqualTo(content.length);
    }

    @Test
    void uploadsThatNobodyCompletesCanBeGivenUp() throws Exception {
        UploadTicket ticket = issuer.openUpload("packs/mine/000009.pack", 6_000_000);
        assertThat(issuer.abandonUploads("packs/", Instant.EPOCH)).isZero();
        assertThat(issuer.abandonUploads("packs/", Instant.now().plusSeconds(60)))
                .isEqualTo(1);
        issuer.abandonUpload(ticket);
    }

    @Test
    void partsFollowTheRulesOfTheStore() throws Exception {
        for (long length : new long[] {5_000_001, 6_000_000, 10_000_000, 33_554_433, 64L << 20}) {
            UploadTicket ticket = issuer.openUpload("packs/mine/000009.pack", length);
            assertThat(ticket.parts()).hasSizeGreaterThanOrEqualTo(2);
            for (int i = 0; i < ticket.parts().size() - 1; i++) {
                assertThat(ticket.parts().get(i).length()).isBetween(5_000_000L, 8L << 20);
                assertThat(ticket.parts().get(i).end())
                        .isEqualTo(ticket.parts().get(i + 1).offset());
            }
            assertThat(ticket.parts().get(ticket.parts().size() - 1).end()).isEqualTo(length);
        }
    }
}
