package io.gpusnapshot.storage.s3;

import static io.gpusnapshot.storage.s3.FaultyRelay.request;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.storage.ByteRange;
import io.gpusnapshot.storage.PutOptions;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.StorageProviders;
import io.gpusnapshot.storage.StorageReceipt;
import io.gpusnapshot.storage.s3.server.S3Server;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;

/** Buckets that keep what is replaced or deleted. */
class S3VersionsTest {
    @SuppressWarnings("NullAway.Init")
    private S3Server server;

    @SuppressWarnings("NullAway.Init")
    private FaultyRelay relay;

    @SuppressWarnings("NullAway.Init")
    private ServedBucket bucket;

    @SuppressWarnings("NullAway.Init")
    private StorageProvider store;

    @BeforeEach
    void open() throws IOException {
        server = S3Server.start();
        relay = new FaultyRelay(server.endpoint());
        bucket = ServedBucket.createVersioned(server);
        S3Location location =
                S3Location.of(bucket.config().withEndpoint(relay.endpoint().toString()));
        store = ServedBucket.open(location, "", ServedBucket.credentials());
        for (String key : List.of("a", "a", "a", "ab", "b")) {
            put(key);
        }
    }

    @AfterEach
    void close() throws IOException {
        store.close();
        relay.close();
        server.close();
    }

    private StorageReceipt put(String key) throws IOException {
        return StorageProviders.putBytes(store, key, key.getBytes(UTF_8), PutOptions.REPLACE);
    }

    private ListObjectVersionsResponse kept(String prefix) {
        return server.objects()
                .listVersions(ListObjectVersionsRequest.builder()
                        .bucket(bucket.name())
                        .prefix(prefix)
                        .build());
    }

    @Test
    void receiptsNameTheVersion() throws IOException {
        assertThat(put("c").version()).isPresent();
    }

    @Test
    void deletingTakesAllVersionsAlongAndNoMarkerStays() throws IOException {
        store.delete(List.of("a", "b", "absent"));
        assertThat(kept("").versions()).extracting(version -> version.key()).containsExactly("ab");
        assertThat(kept("").deleteMarkers()).isEmpty();
        store.delete(List.of("a"));
        assertThat(kept("").deleteMarkers()).isEmpty();
    }

    @Test
    void aKeyThatMayNotTouchVersionsHidesTheObject() throws IOException {
        relay.fail(request("GET", "versions"), 9, S3Replies.error(403, "AccessDenied"));
        store.delete(List.of("a", "b"));
        assertThat(store.stat("a")).isEmpty();
        assertThat(store.stat("b")).isEmpty();
        assertThat(kept("a").versions()).hasSize(4);
    }

    @Test
    void aBucketWithoutVersionsIsNotAskedForThem() throws IOException {
        ServedBucket plain = ServedBucket.create(server);
        S3Location location =
                S3Location.of(plain.config().withEndpoint(relay.endpoint().toString()));
        try (StorageProvider other = ServedBucket.open(location, "", ServedBucket.credentials())) {
            StorageProviders.putBytes(other, "a", new byte[1], PutOptions.REPLACE);
            other.delete(List.of("a"));
        }
        assertThat(relay.count(request("GET", "versions"))).isZero();
        assertThat(relay.count(request("POST", "delete"))).isEqualTo(1);
    }

    @Test
    void whatWasDeletedCanBePutIfAbsent() throws IOException {
        store.delete(List.of("a"));
        StorageProviders.putBytes(store, "a", "new".getBytes(UTF_8), PutOptions.IF_ABSENT);
        store.open("a", new ByteRange(0, 3)).close();
        assertThat(kept("a").versions()).hasSize(2);
    }
}
