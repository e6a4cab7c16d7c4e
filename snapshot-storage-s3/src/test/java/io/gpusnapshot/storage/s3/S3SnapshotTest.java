package io.gpusnapshot.storage.s3;

import static io.gpusnapshot.storage.s3.FaultyRelay.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gpusnapshot.CreateRequest;
import io.gpusnapshot.GPUSnapshotService;
import io.gpusnapshot.PruneRequest;
import io.gpusnapshot.RestoreRequest;
import io.gpusnapshot.error.StorageAccessException;
import io.gpusnapshot.model.RestoreInfo;
import io.gpusnapshot.model.RetentionRule;
import io.gpusnapshot.model.SnapshotInfo;
import io.gpusnapshot.model.VerifyDepth;
import io.gpusnapshot.storage.ListOptions;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.s3.server.S3Server;
import io.gpusnapshot.testing.HttpReply;
import io.gpusnapshot.testing.SeededRandom;
import io.gpusnapshot.testing.ServedRequest;
import io.gpusnapshot.testing.TreeListing;
import io.gpusnapshot.testing.Workspaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Whole snapshots in a bucket, moved by grants, while things go wrong. */
class S3SnapshotTest {
    private static final int WEIGHTS_BYTES = 20 << 20;

    @SuppressWarnings("NullAway.Init")
    private static S3Server server;

    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    @SuppressWarnings("NullAway.Init")
    private FaultyRelay relay;

    @SuppressWarnings("NullAway.Init")
    private StorageProvider store;

    @SuppressWarnings("NullAway.Init")
    private GPUSnapshotService service;

    @SuppressWarnings("NullAway.Init")
    private Path source;

    @SuppressWarnings("NullAway.Init")
    private Path target;

    @BeforeAll
    static void startServer() throws IOException {
        server = S3Server.start();
    }

    @AfterAll
    static void stopServer() throws IOException {
        server.close();
    }

    @BeforeEach
    void open(@TempDir Path folder) throws IOException {
        ServedBucket bucket = ServedBucket.create(server);
        relay = new FaultyRelay(server.endpoint());
        S3Location location = S3Location.of(
                        bucket.config().withEndpoint(relay.endpoint().toString()))
                .withConditionalPuts(true);
        store = ServedBucket.open(location, "team", ServedBucket.credentials());
        service = GPUSnapshotService.builder().storage(store).build();
        source = Files.createDirectory(folder.resolve("source"));
        target = folder.resolve("target");
        Workspaces.mixed(source, random);
        Workspaces.write(source.resolve("weights.bin"), random.nextBytes(WEIGHTS_BYTES));
    }

    @AfterEach
    void close() throws IOException {
        service.close();
        store.close();
        relay.close();
    }

    private SnapshotInfo create() throws IOException {
        return service.createSnapshot(
                CreateRequest.builder().workspace(source).instanceId("gpu-1").build());
    }

    private RestoreInfo restore(SnapshotInfo snapshot) throws IOException {
        RestoreInfo restored = service.restoreSnapshot(RestoreRequest.of(snapshot.id(), target));
        assertThat(TreeListing.of(target)).isEqualTo(TreeListing.of(source));
        return restored;
    }

    private static boolean carriesTheKey(ServedRequest request) {
        return request.header("authorization").isPresent();
    }

    @Test
    void aSnapshotGoesIntoTheBucketAndComesBack() throws IOException {
        SnapshotInfo snapshot = create();
        assertThat(service.verifySnapshot(snapshot.id(), VerifyDepth.DATA).isSound())
                .isTrue();
        restore(snapshot);
        assertThat(service.listSnapshots(Optional.empty(), 10).snapshots()).hasSize(1);
        service.deleteSnapshot(snapshot.id());
        assertThat(service.latestSnapshot()).isEmpty();
        assertThat(store.list(ListOptions.ofPrefix("packs/")).objects()).isNotEmpty();
    }

    @Test
    void packsMoveInPartsAndRangesWithoutTheAccountsKey() throws IOException {
        restore(create());
        assertThat(relay.count(request("PUT", "partNumber"))).isGreaterThanOrEqualTo(3);
        assertThat(relay.requests())
                .filteredOn(sent -> sent.target().contains("partNumber")
                        || (sent.method().equals("GET") && sent.target().contains(".pack")))
                .isNotEmpty()
                .noneMatch(S3SnapshotTest::carriesTheKey)
                .allMatch(sent -> sent.target().contains("X-Amz-Expires=900"));
    }

    @Test
    void busyBrokenAndRefusedUploadsAreSentAgain() throws IOException {
        relay.fail(request("PUT", "partNumber"), 1, S3Replies.error(503, "SlowDown"));
        relay.fail(request("PUT", "partNumber"), 1, S3Replies.error(403, "AccessDenied"));
        relay.fail(request("PUT", "partNumber"), 1, S3Replies.error(400, "RequestTimeout"));
        relay.fail(request("PUT", "partNumber"), 1, relay.dropReply());
        relay.fail(request("PUT", "partNumber"), 1, (request, wire) -> wire.cut());
        restore(create());
    }

    @Test
    void lostAnswersToControlCallsDoNoHarm() throws IOException {
        relay.fail(request("POST", "uploadId"), 1, relay.dropReply());
        relay.fail(request("POST", "uploads"), 1, relay.dropReply());
        relay.fail(request("PUT", "repository.json"), 1, relay.dropReply());
        relay.fail(request("PUT", ".manifest"), 1, relay.dropReply());
        SnapshotInfo snapshot = create();
        restore(snapshot);
        assertThat(service.listSnapshots(Optional.empty(), 10).snapshots()).hasSize(1);
    }

    @Test
    void brokenAndRefusedDownloadsAreTakenUpWhereTheyBroke() throws IOException {
        SnapshotInfo snapshot = create();
        relay.fail(request("GET", ".pack"), 1, relay.cutReply(1_000_000));
        relay.fail(request("GET", ".pack"), 1, S3Replies.error(403, "AccessDenied"));
        relay.fail(request("GET", ".pack"), 1, S3Replies.error(400, "ExpiredToken"));
        relay.fail(request("GET", ".pack"), 1, HttpReply.status(429, "Retry-After: 0"));
        restore(snapshot);
    }

    @Test
    void aKeyThatMayOnlyReadRestores() throws IOException {
        SnapshotInfo snapshot = create();
        relay.fail(
                sent -> !sent.method().equals("GET") && !sent.method().equals("HEAD"),
                999,
                S3Replies.error(403, "AccessDenied"));
        restore(snapshot);
        assertThatExceptionOfType(StorageAccessException.class)
                .isThrownBy(this::create)
                .withMessageContaining("s3:PutObject");
    }

    @Test
    void pruneTakesPacksAndUnfinishedUploads() throws IOException {
        SnapshotInfo snapshot = create();
        service.deleteSnapshot(snapshot.id());
        relay.fail(request("GET", "?uploads"), 1, S3Replies.error(403, "AccessDenied"));
        service.prune(PruneRequest.of(new RetentionRule(1, 0, 0, 0)).withGrace(Duration.ZERO));
        assertThat(store.list(ListOptions.ofPrefix("packs/")).objects()).isEmpty();
    }
}
