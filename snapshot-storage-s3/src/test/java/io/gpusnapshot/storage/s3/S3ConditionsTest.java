package io.gpusnapshot.storage.s3;

import static io.gpusnapshot.storage.s3.FaultyRelay.request;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gpusnapshot.error.PreconditionFailedException;
import io.gpusnapshot.error.StorageAccessException;
import io.gpusnapshot.storage.ListOptions;
import io.gpusnapshot.storage.PutOptions;
import io.gpusnapshot.storage.StorageObject;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.StorageProviders;
import io.gpusnapshot.storage.s3.server.S3Server;
import io.gpusnapshot.testing.ServedRequest;
import java.io.IOException;
import java.util.List;
import java.util.function.UnaryOperator;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** If-absent puts to stores whose documents do not say whether they heed conditions. */
class S3ConditionsTest {
    private static final byte[] BYTES = "content".getBytes(UTF_8);
    private static final String KEY = "repository.json";

    @SuppressWarnings("NullAway.Init")
    private S3Server server;

    @SuppressWarnings("NullAway.Init")
    private FaultyRelay relay;

    @SuppressWarnings("NullAway.Init")
    private StorageProvider store;

    private void open(UnaryOperator<BlobStore> detour) throws IOException {
        server = S3Server.start(detour);
        relay = new FaultyRelay(server.endpoint());
        ServedBucket bucket = ServedBucket.create(server);
        S3Location unknown =
                S3Location.of(bucket.config().withEndpoint(relay.endpoint().toString()));
        store = ServedBucket.open(unknown, "", ServedBucket.credentials());
    }

    @AfterEach
    void close() throws IOException {
        store.close();
        relay.close();
        server.close();
    }

    private void putIfAbsent(String key, byte[] bytes) throws IOException {
        StorageProviders.putBytes(store, key, bytes, PutOptions.IF_ABSENT);
    }

    private void assertSecondIsRefused() throws IOException {
        assertThatExceptionOfType(PreconditionFailedException.class)
                .isThrownBy(() -> putIfAbsent(KEY, "other".getBytes(UTF_8)))
                .withMessageContaining(KEY)
                .withMessageContaining("s3://");
        assertThat(StorageProviders.readFully(store, KEY, 100)).isEqualTo(BYTES);
    }

    private List<String> keys() throws IOException {
        return store.list(ListOptions.ofPrefix("")).objects().stream()
                .map(StorageObject::key)
                .toList();
    }

    private static boolean isConditional(ServedRequest request) {
        return request.header("if-none-match").isPresent();
    }

    @Test
    void aStoreThatHeedsThemIsFoundOutAndTrusted() throws IOException {
        open(blobs -> blobs);
        assertThat(store.capabilities().atomicIfAbsent()).isFalse();
        putIfAbsent(KEY, BYTES);
        assertThat(store.capabilities().atomicIfAbsent()).isTrue();
        assertSecondIsRefused();
        assertThat(keys()).containsExactly(KEY);

        int before = relay.requests().size();
        putIfAbsent("another", BYTES);
        assertThat(relay.requests().subList(before, relay.requests().size()))
                .singleElement()
                .matches(S3ConditionsTest::isConditional);
    }

    @Test
    void aStoreThatIgnoresThemIsAskedBeforeEachPut() throws IOException {
        open(HeedlessBlobs::new);
        putIfAbsent(KEY, BYTES);
        assertThat(store.capabilities().atomicIfAbsent()).isFalse();
        assertSecondIsRefused();
        assertThat(keys()).containsExactly(KEY);
    }

    @Test
    void aStoreThatRefusesThemIsAskedBeforeEachPut() throws IOException {
        open(blobs -> blobs);
        relay.fail(S3ConditionsTest::isConditional, 99, S3Replies.error(501, "NotImplemented"));
        putIfAbsent(KEY, BYTES);
        assertThat(store.capabilities().atomicIfAbsent()).isFalse();
        long conditional = relay.count(S3ConditionsTest::isConditional);
        assertSecondIsRefused();
        assertThat(relay.count(S3ConditionsTest::isConditional)).isEqualTo(conditional);
    }

    @Test
    void itIsTriedBesideTheObjectAndOnceOnly() throws IOException {
        open(blobs -> blobs);
        putIfAbsent("team/" + KEY, BYTES);
        putIfAbsent("team/snapshots/one", BYTES);
        assertThat(relay.requests().stream().filter(sent -> sent.target().contains(".probe-")))
                .hasSize(2)
                .allMatch(sent -> sent.target().contains("/team/" + KEY + ".probe-"));
    }

    @Test
    void aKeyThatMayNotDeletePutsAllTheSame() throws IOException {
        open(blobs -> blobs);
        relay.fail(request("POST", "delete"), 9, S3Replies.error(403, "AccessDenied"));
        putIfAbsent(KEY, BYTES);
        assertSecondIsRefused();
        assertThat(keys()).hasSize(2);
    }

    @Test
    void aTrialThatFailsIsRepeatedByTheNextPut() throws IOException {
        open(blobs -> blobs);
        relay.fail(request("PUT", KEY), 1, S3Replies.error(403, "AccessDenied"));
        assertThatExceptionOfType(StorageAccessException.class)
                .isThrownBy(() -> putIfAbsent(KEY, BYTES))
                .withMessageContaining(KEY)
                .withMessageContaining("s3:PutObject");
        putIfAbsent(KEY, BYTES);
        assertThat(store.capabilities().atomicIfAbsent()).isTrue();
    }
}
