package io.gpusnapshot.storage.s3;

import static io.gpusnapshot.storage.s3.FaultyRelay.request;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.error.ObjectNotFoundException;
import io.gpusnapshot.error.PreconditionFailedException;
import io.gpusnapshot.error.StorageAccessException;
import io.gpusnapshot.error.StorageRequestException;
import io.gpusnapshot.error.StorageUnavailableException;
import io.gpusnapshot.storage.ByteRange;
import io.gpusnapshot.storage.ContentSource;
import io.gpusnapshot.storage.ContentSources;
import io.gpusnapshot.storage.GrantIssuer;
import io.gpusnapshot.storage.ListOptions;
import io.gpusnapshot.storage.PutOptions;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.StorageProviders;
import io.gpusnapshot.storage.UploadTicket;
import io.gpusnapshot.storage.UploadedPart;
import io.gpusnapshot.storage.s3.server.S3Server;
import io.gpusnapshot.testing.BackgroundCall;
import io.gpusnapshot.testing.HttpReply;
import io.gpusnapshot.testing.SeededRandom;
import io.gpusnapshot.testing.TestContents;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A real server, and a way to it on which things go wrong. */
class S3FaultTest {
    private static final byte[] BYTES = "content".getBytes(UTF_8);
    private static final String KEY = "snapshots/one";

    @SuppressWarnings("NullAway.Init")
    private static S3Server server;

    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @SuppressWarnings("NullAway.Init")
    private FaultyRelay relay;

    @SuppressWarnings("NullAway.Init")
    private S3Location location;

    @SuppressWarnings("NullAway.Init")
    private StorageProvider store;

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
        ServedBucket bucket = ServedBucket.create(server);
        relay = new FaultyRelay(server.endpoint());
        location = S3Location.of(bucket.config().withEndpoint(relay.endpoint().toString()))
                .withConditionalPuts(true);
        store = open(location);
    }

    private static StorageProvider open(S3Location location) throws IOException {
        return ServedBucket.open(location, "", ServedBucket.credentials());
    }

    @AfterEach
    void close() throws IOException {
        store.close();
        relay.close();
    }

    private void put(PutOptions options) throws IOException {
        StorageProviders.putBytes(store, KEY, BYTES, options);
    }

    private void assertHolds(byte[] bytes) throws IOException {
        assertThat(StorageProviders.readFully(store, KEY, 100)).isEqualTo(bytes);
    }

    @Test
    void aPutWhoseReplyWasLostKnowsItsOwnObject() throws IOException {
        relay.fail(request("PUT", KEY), 1, relay.dropReply());
        put(PutOptions.IF_ABSENT);
        assertThat(relay.count(request("PUT", KEY))).isEqualTo(2);
        assertHolds(BYTES);
    }

    @Test
    void itDoesSoWhereNewObjectsShowLate() throws IOException {
        relay.fail(request("PUT", KEY), 1, relay.dropReply());
        relay.fail(request("HEAD", KEY), 3, HttpReply.status(404));
        put(PutOptions.IF_ABSENT);
        assertThat(relay.count(request("HEAD", KEY))).isEqualTo(4);
    }

    @Test
    void aPutWhoseReplyWasLostDoesNotTakeAnotherObjectForItsOwn() throws IOException {
        relay.fail(request("PUT", KEY), 1, HttpReply.hangUp());
        try (StorageProvider other = open(location)) {
            relay.fail(request("PUT", KEY), 1, (request, wire) -> {
                StorageProviders.putBytes(other, KEY, "other".getBytes(UTF_8), PutOptions.REPLACE);
                wire.cut();
            });
            assertThatExceptionOfType(PreconditionFailedException.class)
                    .isThrownBy(() -> put(PutOptions.IF_ABSENT))
                    .withMessageContaining(KEY)
                    .withMessageContaining(location.place());
        }
        assertHolds("other".getBytes(UTF_8));
    }

    @Test
    void conflictingConditionalPutsAreRepeated() throws IOException {
        relay.fail(request("PUT", KEY), 2, S3Replies.error(409, "ConditionalRequestConflict"));
        put(PutOptions.IF_ABSENT);
        assertHolds(BYTES);
    }

    @Test
    void busyStoresAreAskedAgainAndInTheEndReported() throws IOException {
        relay.fail(request("PUT", KEY), 3, S3Replies.error(503, "SlowDown"));
        put(PutOptions.REPLACE);
        relay.fail(request("GET", "prefix=snapshots"), 99, S3Replies.error(503, "SlowDown", "Retry-After: 0"));
        assertThatExceptionOfType(StorageUnavailableException.class)
                .isThrownBy(() -> store.list(ListOptions.ofPrefix("snapshots/")))
                .satisfies(busy -> assertThat(busy.retryAfter()).contains(Duration.ZERO))
                .withMessageContaining("list \"snapshots/\" in " + location.place());
        assertThat(relay.count(request("GET", "prefix=snapshots"))).isEqualTo(S3Retries.MAX_ATTEMPTS);
    }

    @Test
    void connectionsThatBreakAreReplaced() throws IOException {
        relay.fail(request("PUT", KEY), 1, (request, wire) -> wire.cut());
        put(PutOptions.REPLACE);
        relay.fail(request("GET", KEY), 1, relay.cutReply(3));
        assertHolds(BYTES);
        relay.fail(request("GET", KEY), 1, relay.cutReply(200));
        assertHolds(BYTES);
        relay.fail(request("GET", KEY), 99, HttpReply.hangUp());
        assertThatExceptionOfType(StorageUnavailableException.class)
                .isThrownBy(() -> assertHolds(BYTES))
                .withMessageContaining("the network failed");
    }

    @Test
    void anObjectThatShowsLateIsMissingForNowAndThenThere() throws IOException {
        put(PutOptions.REPLACE);
        relay.fail(request("GET", KEY), 1, S3Replies.error(404, "NoSuchKey"));
        assertThatExceptionOfType(ObjectNotFoundException.class)
                .isThrownBy(() -> store.open(KEY, new ByteRange(0, 1)))
                .withMessageContaining(KEY);
        store.open(KEY, new ByteRange(0, 1)).close();
    }

    @Test
    void anObjectThatIsReplacedWhileItIsReadIsNotMixed() throws IOException {
        byte[] first = random.nextBytes(5 << 20);
        StorageProviders.putBytes(store, KEY, first, PutOptions.REPLACE);
        try (ReadableByteChannel channel = store.open(KEY, new ByteRange(0, first.length))) {
            StorageProviders.putBytes(store, KEY, random.nextBytes(5 << 20), PutOptions.REPLACE);
            ByteBuffer target = ByteBuffer.allocate(first.length);
            assertThatExceptionOfType(DataIntegrityException.class)
                    .isThrownBy(() -> {
                        while (channel.read(target) >= 0) {
                            assertThat(target.hasRemaining()).isTrue();
                        }
                    })
                    .withMessageContaining("was replaced");
        }
    }

    @Test
    void aKeyThatMayNotDoOneThingMayDoTheOthers() throws IOException {
        put(PutOptions.REPLACE);
        relay.fail(request -> request.method().equals("PUT"), 9, S3Replies.error(403, "AccessDenied"));
        relay.fail(request("POST", "delete"), 9, S3Replies.error(403, "AccessDenied"));
        assertThatExceptionOfType(StorageAccessException.class)
                .isThrownBy(() -> put(PutOptions.REPLACE))
                .withMessageContaining(KEY)
                .withMessageContaining(location.place())
                .withMessageContaining("s3:PutObject");
        assertThatExceptionOfType(StorageAccessException.class)
                .isThrownBy(() -> store.delete(List.of(KEY)))
                .withMessageContaining("s3:DeleteObject");
        assertHolds(BYTES);
    }

    @Test
    void aKeyThatMayNotListCanStillRead() throws IOException {
        put(PutOptions.REPLACE);
        relay.fail(request("GET", "list-type"), 99, S3Replies.error(403, "AccessDenied"));
        try (StorageProvider reader = open(location)) {
            reader.open(KEY, new ByteRange(0, 1)).close();
            assertThatExceptionOfType(StorageAccessException.class)
                    .isThrownBy(() -> reader.list(ListOptions.ofPrefix("")))
                    .withMessageContaining("s3:ListBucket");
        }
    }

    @Test
    void whatABusyStoreLeavesUndeletedIsDeletedAgain() throws IOException {
        put(PutOptions.REPLACE);
        String failure = "<DeleteResult><Error><Key>" + KEY + "</Key><Code>%s</Code><Message>m</Message></Error>"
                + "</DeleteResult>";
        relay.fail(request("POST", "delete"), 2, HttpReply.error(200, failure.formatted("InternalError")));
        store.delete(List.of(KEY));
        assertThat(store.stat(KEY)).isEmpty();

        relay.fail(request("POST", "delete"), 1, HttpReply.error(200, failure.formatted("AccessDenied")));
        assertThatExceptionOfType(StorageAccessException.class)
                .isThrownBy(() -> store.delete(List.of(KEY)))
                .withMessageContaining(KEY);
        relay.fail(request("POST", "delete"), 99, HttpReply.error(200, failure.formatted("SlowDown")));
        assertThatExceptionOfType(StorageUnavailableException.class).isThrownBy(() -> store.delete(List.of(KEY)));
    }

    private UploadTicket uploadOnePart(List<UploadedPart> parts) throws Exception {
        GrantIssuer issuer = issuer();
        UploadTicket ticket = issuer.openUpload(KEY, BYTES.length);
        HttpRequest request = HttpRequest.newBuilder(
                        issuer.grantPart(ticket, 1, Duration.ofMinutes(1)).uri())
                .PUT(HttpRequest.BodyPublishers.ofByteArray(BYTES))
                .build();
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        String tag = answer.headers().firstValue("etag").orElseThrow().replace("\"", "");
        parts.add(new UploadedPart(1, BYTES.length, Optional.empty(), Optional.of(tag)));
        return ticket;
    }

    private GrantIssuer issuer() {
        return store.grants().orElseThrow();
    }

    @Test
    void anErrorBehindStatus200IsAnError() throws Exception {
        List<UploadedPart> parts = new ArrayList<>();
        UploadTicket ticket = uploadOnePart(parts);
        relay.fail(request("POST", "uploadId"), 2, S3Replies.error(200, "InternalError"));
        assertThat(issuer().completeUpload(ticket, parts).lengthBytes()).isEqualTo(BYTES.length);
        assertHolds(BYTES);

        relay.fail(request("POST", "uploadId"), 99, S3Replies.error(200, "InternalError"));
        assertThatExceptionOfType(StorageUnavailableException.class)
                .isThrownBy(() -> issuer().completeUpload(ticket, parts))
                .withMessageContaining("InternalError");
    }

    @Test
    void aCompletionWhoseReplyWasLostIsFoundDone() throws Exception {
        List<UploadedPart> parts = new ArrayList<>();
        UploadTicket ticket = uploadOnePart(parts);
        relay.fail(request("POST", "uploadId"), 1, relay.dropReply());
        relay.fail(request("HEAD", KEY), 2, HttpReply.status(404));
        issuer().completeUpload(ticket, parts);
        assertHolds(BYTES);
    }

    @Test
    void anUploadThatWasGivenUpCannotBeCompleted() throws Exception {
        List<UploadedPart> parts = new ArrayList<>();
        UploadTicket ticket = uploadOnePart(parts);
        issuer().abandonUpload(ticket);
        assertThatExceptionOfType(StorageRequestException.class)
                .isThrownBy(() -> issuer().completeUpload(ticket, parts))
                .withMessageContaining("NoSuchUpload");
        put(PutOptions.REPLACE);
        assertThatExceptionOfType(StorageRequestException.class)
                .isThrownBy(() -> issuer().completeUpload(ticket, parts));
    }

    @Test
    void contentThatCannotBeReadAgainIsNotTheNetworksFault() {
        AtomicInteger openings = new AtomicInteger();
        ContentSource broken = TestContents.failingAt(3, BYTES, new IOException("broken source"));
        ContentSource onceOnly = new ContentSource() {
            @Override
            public long length() {
                return BYTES.length;
            }

            @Override
            public ReadableByteChannel open(long offset) throws IOException {
                return openings.getAndIncrement() == 0
                        ? ContentSources.of(BYTES).open(offset)
                        : broken.open(offset);
            }
        };
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> store.put(KEY, onceOnly, PutOptions.REPLACE))
                .withMessage("broken source");
    }

    @Test
    @Timeout(60)
    void closingEndsTheThreads() throws Exception {
        put(PutOptions.REPLACE);
        store.close();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith("s3-call-")) {
                thread.join();
            }
        }
    }

    @Test
    void interruptsBreakOffWhateverIsUnderWay() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        relay.fail(request("PUT", KEY), 1, HttpReply.silence().gated(arrived, new CountDownLatch(0)));
        BackgroundCall call = BackgroundCall.start(() -> put(PutOptions.REPLACE));
        arrived.await();
        call.interrupt();
        assertThat(call.failure()).isInstanceOf(InterruptedIOException.class);
        assertThat(call.endedInterrupted()).isTrue();
        assertThat(store.stat(KEY)).isEmpty();
    }
}
