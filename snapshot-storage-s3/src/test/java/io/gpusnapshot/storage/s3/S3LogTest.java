package io.gpusnapshot.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.CreateRequest;
import io.gpusnapshot.GPUSnapshotService;
import io.gpusnapshot.PruneRequest;
import io.gpusnapshot.ReplicateRequest;
import io.gpusnapshot.RestoreRequest;
import io.gpusnapshot.error.StorageException;
import io.gpusnapshot.model.RetentionRule;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.model.VerifyDepth;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.s3.server.S3Server;
import io.gpusnapshot.testing.SeededRandom;
import io.gpusnapshot.testing.ServedRequest;
import io.gpusnapshot.testing.Workspaces;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Listens to everything that we, the vendor's SDK and the libraries below have to say while snapshots move. */
@Isolated("it turns up the logs of the process")
class S3LogTest {
    private static final int WEIGHTS_BYTES = 20 << 20;
    private static final String TOKEN = "t0ken/of+a=session";
    private static final Pattern SIGNATURE = Pattern.compile("Signature=([0-9a-f]{64})");

    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    @TempDir
    private Path folder = Path.of("");

    private final Set<String> signatures = new TreeSet<>();

    @Test
    void neitherKeyNorTokenNorSignatureIsLoggedAtAnyLevel() throws IOException {
        try (S3Server server = S3Server.start();
                FaultyRelay relay = new FaultyRelay(server.endpoint());
                AllLogs logs = new AllLogs()) {
            useEverything(relay, ServedBucket.create(server), ServedBucket.create(server));

            relay.requests().forEach(this::collectSignatures);
            assertThat(signatures).hasSizeGreaterThan(10);
            // Both HTTP clients and the vendor's SDK have told what they do.
            assertThat(logs.loggers())
                    .anyMatch(name -> name.startsWith("org.apache.hc.client5"))
                    .contains("software.amazon.awssdk.request");
            assertThat(logs.loggersOf(S3Server.SECRET_ACCESS_KEY)).isEmpty();
            assertThat(logs.loggersOf(TOKEN)).isEmpty();
            assertThat(logs.loggersOf(TOKEN.replace("/", "%2F"))).isEmpty();
            assertThat(logs.loggersOf("t0ken")).isEmpty();
            assertThat(signatures)
                    .allSatisfy(
                            signature -> assertThat(logs.loggersOf(signature)).isEmpty());
        }
    }

    private void collectSignatures(ServedRequest request) {
        Matcher found = SIGNATURE.matcher(
                request.target() + request.header("authorization").orElse(""));
        while (found.find()) {
            signatures.add(found.group(1));
        }
    }

    private void useEverything(FaultyRelay relay, ServedBucket first, ServedBucket second) throws IOException {
        Path source = folder.resolve("source");
        Workspaces.write(source.resolve("weights.bin"), random.nextBytes(WEIGHTS_BYTES));
        // What goes wrong is logged too.
        relay.fail(FaultyRelay.request("PUT", "partNumber"), 1, S3Replies.error(503, "SlowDown"));
        relay.fail(FaultyRelay.request("PUT", "partNumber"), 1, S3Replies.error(403, "AccessDenied"));
        relay.fail(FaultyRelay.request("GET", ".pack"), 1, S3Replies.error(403, "AccessDenied"));
        relay.fail(FaultyRelay.request("GET", ".pack"), 1, relay.cutReply(3));
        relay.fail(FaultyRelay.request("PUT", ".manifest"), 1, S3Replies.error(503, "SlowDown"));
        try (StorageProvider from = open(first, relay);
                StorageProvider to = open(second, relay);
                GPUSnapshotService service =
                        GPUSnapshotService.builder().storage(from).replica(to).build()) {
            SnapshotId snapshot = service.createSnapshot(CreateRequest.builder()
                            .workspace(source)
                            .instanceId("gpu-1")
                            .build())
                    .id();
            service.replicateSnapshot(ReplicateRequest.of(snapshot, to));
            service.restoreSnapshot(RestoreRequest.of(snapshot, folder.resolve("target")));
            service.verifySnapshot(snapshot, VerifyDepth.DATA);
            service.prune(PruneRequest.of(new RetentionRule(1, 0, 0, 0)));
            relay.fail(FaultyRelay.request("POST", "delete"), 9, S3Replies.error(403, "ExpiredToken"));
            refused(() -> service.deleteSnapshot(snapshot));
        }
    }

    private static StorageProvider open(ServedBucket bucket, FaultyRelay relay) throws IOException {
        S3Credentials session =
                S3Credentials.ofSession(S3Server.ACCESS_KEY_ID, S3Server.SECRET_ACCESS_KEY, TOKEN, Optional.empty());
        S3Location location =
                S3Location.of(bucket.config().withEndpoint(relay.endpoint().toString()));
        return ServedBucket.open(location, "team", session);
    }

    /** A call that fails. */
    @FunctionalInterface
    private interface Refused {
        void run() throws IOException;
    }

    private static void refused(Refused call) throws IOException {
        try {
            call.run();
        } catch (StorageException expected) {
            return;
        }
        throw new AssertionError("the store should have refused");
    }
}
