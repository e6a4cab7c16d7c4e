package io.gpusnapshot.storage.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.gpusnapshot.error.StorageException;
import io.gpusnapshot.storage.ByteRange;
import io.gpusnapshot.storage.GrantIssuer;
import io.gpusnapshot.storage.ListOptions;
import io.gpusnapshot.storage.PutOptions;
import io.gpusnapshot.storage.StorageConfig;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.StorageProviders;
import io.gpusnapshot.storage.UploadTicket;
import io.gpusnapshot.storage.UploadedPart;
import io.gpusnapshot.testing.HttpReply;
import io.gpusnapshot.testing.ScriptedHttpServer;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever goes wrong in mid-job, each call says of which object in which bucket, and what to do about it. */
class S3LeafErrorTest {
    private static final String KEY = "packs/one/000000.pack";
    private static final byte[] BYTES = "content".getBytes(UTF_8);
    private static final UploadTicket TICKET =
            new UploadTicket(KEY, "token/upload", BYTES.length, List.of(new ByteRange(0, BYTES.length)));
    private static final UploadedPart PART = new UploadedPart(1, BYTES.length, Optional.empty(), Optional.of("tag"));

    private volatile HttpReply reply = S3Replies.emptyListing();

    @SuppressWarnings("NullAway.Init")
    private ScriptedHttpServer server;

    @SuppressWarnings("NullAway.Init")
    private StorageProvider store;

    @BeforeEach
    void open() throws IOException {
        server = ScriptedHttpServer.start((request, wire) -> reply.send(request, wire));
        S3Location location = S3Location.of(StorageConfig.bucket(StorageConfig.S3, "bucket")
                        .withEndpoint(server.uri("").toString()))
                .withConditionalPuts(true);
        store = ServedBucket.open(location, "", ServedBucket.credentials());
    }

    @AfterEach
    void close() throws IOException {
        store.close();
        server.close();
    }

    /** A call, and what it says that it cannot do. */
    private record Call(String verb, ThrowingCallable run) {}

    private List<Call> calls() {
        GrantIssuer issuer = store.grants().orElseThrow();
        return List.of(
                new Call("put", () -> StorageProviders.putBytes(store, KEY, BYTES, PutOptions.REPLACE)),
                new Call("put", () -> StorageProviders.putBytes(store, KEY, BYTES, PutOptions.IF_ABSENT)),
                new Call("read", () -> store.open(KEY, new ByteRange(0, 1))),
                new Call("look up", () -> store.stat(KEY)),
                new Call("list", () -> store.list(ListOptions.ofPrefix(KEY))),
                new Call("delete", () -> store.delete(List.of(KEY))),
                new Call("open an upload of", () -> issuer.openUpload(KEY, BYTES.length)),
                new Call("complete the upload of", () -> issuer.completeUpload(TICKET, List.of(PART))),
                new Call("abandon the upload of", () -> issuer.abandonUpload(TICKET)));
    }

    private Throwable failureOf(String verb) {
        return calls().stream()
                .filter(call -> call.verb().equals(verb))
                .map(call -> catchThrowable(call.run()))
                .findFirst()
                .orElseThrow();
    }

    private void assertEachCallFails(String type, String... words) {
        calls().forEach(call -> assertThat(catchThrowable(call.run()))
                .as(call.verb())
                .isInstanceOf(StorageException.class)
                .satisfies(failure ->
                        assertThat(failure.getClass().getSimpleName()).isEqualTo(type))
                .hasMessageContaining("Cannot " + call.verb() + " \"" + KEY + "\" in s3://bucket: ")
                .hasMessageContainingAll(words));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            301 | PermanentRedirect            | StorageRequestException     | write region=eu-west-1
            400 | AuthorizationHeaderMalformed | StorageRequestException     | write region=eu-west-1
            404 | NoSuchBucket                 | StorageRequestException     | create the bucket
            400 | ExpiredToken                 | StorageAccessException      | renew the session token
            403 | RequestTimeTooSkewed         | StorageAccessException      | set this machine's clock
            403 | AccessDenied                 | StorageAccessException      | the key must allow s3:
            403 | InvalidAccessKeyId           | StorageAccessException      | check AWS_ACCESS_KEY_ID
            503 | SlowDown                     | StorageUnavailableException | all retries are spent, so try again later
            500 | InternalError                | StorageUnavailableException | all retries are spent, so try again later
            """)
    void refusalsNameBucketKeyAndRemedy(int status, String code, String type, String remedy) {
        reply = S3Replies.error(status, code, "x-amz-bucket-region: eu-west-1");
        assertEachCallFails(type, status + " " + code, "told by the store", remedy);
    }

    @Test
    void anotherServerInTheStoresPlaceIsNoticed() {
        reply = HttpReply.error(403, "<html>Sign in to the Wi-Fi</html>", "Content-Type: text/html");
        assertEachCallFails("StorageAccessException", "403");
        reply = HttpReply.error(405, "<html>no</html>", "Content-Type: text/html");
        assertEachCallFails("StorageRequestException", "this is not how S3 answers, so check the endpoint");
    }

    @Test
    void aNetworkThatFailsIsTold() {
        reply = HttpReply.hangUp();
        assertEachCallFails(
                "StorageUnavailableException", "the network failed", "see that the endpoint can be reached");
    }

    @Test
    void anErrorBehindStatus200OfACompletionIsTold() {
        reply = S3Replies.error(200, "SlowDown");
        assertThat(failureOf("complete the upload of"))
                .hasMessageContaining("Cannot complete the upload of \"" + KEY + "\" in s3://bucket: 200 SlowDown")
                .hasMessageContaining("so try again later");
    }

    @Test
    void anObjectThatIsNotThereYetIsTold() {
        reply = S3Replies.error(404, "NoSuchKey");
        assertThat(failureOf("read"))
                .satisfies(failure ->
                        assertThat(failure.getClass().getSimpleName()).isEqualTo("ObjectNotFoundException"))
                .hasMessageContaining("Cannot read \"" + KEY + "\" in s3://bucket: ")
                .hasMessageContaining("shows late: then try again");
    }
}
