package io.gpusnapshot.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gpusnapshot.CreateRequest;
import io.gpusnapshot.GPUSnapshotService;
import io.gpusnapshot.RestoreRequest;
import io.gpusnapshot.model.SnapshotInfo;
import io.gpusnapshot.storage.StorageConfig;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.StorageProviders;
import io.gpusnapshot.storage.s3.server.S3Server;
import io.gpusnapshot.testing.SeededRandom;
import io.gpusnapshot.testing.TreeListing;
import io.gpusnapshot.testing.Workspaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What we have written, others read byte for byte, and the other way round. */
@Timeout(120)
class IndependentClientIT {
    private static final int WEIGHTS_BYTES = 20 << 20;

    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    @TempDir
    private Path folder = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private S3Server server;

    @SuppressWarnings("NullAway.Init")
    private ServedBucket bucket;

    @SuppressWarnings("NullAway.Init")
    private Path source;

    /** Programs that copy whole trees to and from buckets. */
    enum Client {
        RCLONE("rclone") {
            @Override
            List<String> copy(String from, String to, String endpoint) {
                return List.of(
                        "rclone",
                        "copy",
                        from,
                        to,
                        "--config",
                        "/dev/null",
                        "--retries",
                        "1",
                        "--s3-chunk-size",
                        "5M",
                        "--s3-upload-cutoff",
                        "6M",
                        "--s3-endpoint",
                        endpoint,
                        "--s3-no-check-bucket");
            }

            @Override
            String place(String bucket, String prefix) {
                return "s3:" + bucket + "/" + prefix;
            }
        },
        AWS("aws") {
            @Override
            List<String> copy(String from, String to, String endpoint) {
                return List.of("aws", "--endpoint-url", endpoint, "s3", "cp", "--recursive", "--quiet", from, to);
            }

            @Override
            String place(String bucket, String prefix) {
                return "s3://" + bucket + "/" + prefix;
            }
        };

        private final String program;

        Client(String program) {
            this.program = program;
        }

        abstract List<String> copy(String from, String to, String endpoint);

        abstract String place(String bucket, String prefix);
    }

    @BeforeEach
    void start() throws IOException {
        server = S3Server.start();
        bucket = ServedBucket.create(server);
        source = Files.createDirectory(folder.resolve("source"));
        Workspaces.mixed(source, random);
        Workspaces.write(source.resolve("weights.bin"), random.nextBytes(WEIGHTS_BYTES));
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private static void assumeInstalled(Client client) {
        boolean found = Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, client.program)));
        assumeTrue(found, client.program + " is not installed");
    }

    private void copy(Client client, String from, String to) throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        ProcessBuilder process =
                new ProcessBuilder(client.copy(from, to, server.endpoint().toString()));
        process.environment().keySet().removeIf(name -> name.startsWith("AWS_") || name.startsWith("RCLONE_"));
        process.environment().put("AWS_ACCESS_KEY_ID", S3Server.ACCESS_KEY_ID);
        process.environment().put("AWS_SECRET_ACCESS_KEY", S3Server.SECRET_ACCESS_KEY);
        process.environment().put("AWS_DEFAULT_REGION", "us-east-1");
        process.environment().put("AWS_CONFIG_FILE", "/dev/null");
        process.environment().put("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
        process.environment().put("RCLONE_CONFIG_S3_TYPE", "s3");
        process.environment().put("RCLONE_CONFIG_S3_PROVIDER", "Other");
        process.environment().put("RCLONE_CONFIG_S3_ENV_AUTH", "true");
        int exitCode = process.redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start()
                .waitFor();
        assertThat(exitCode).as(Files.readString(output)).isZero();
    }

    private SnapshotInfo create(StorageProvider store) throws IOException {
        try (GPUSnapshotService service =
                GPUSnapshotService.builder().storage(store).build()) {
            return service.createSnapshot(CreateRequest.builder()
                    .workspace(source)
                    .instanceId("gpu-1")
                    .build());
        }
    }

    private void restore(StorageProvider store, SnapshotInfo snapshot) throws IOException {
        Path target = folder.resolve("target");
        try (GPUSnapshotService service =
                GPUSnapshotService.builder().storage(store).build()) {
            service.restoreSnapshot(RestoreRequest.of(snapshot.id(), target));
        }
        assertThat(TreeListing.of(target)).isEqualTo(TreeListing.of(source));
    }

    @ParameterizedTest
    @EnumSource
    void whatWeWroteIsReadByOthers(Client client) throws Exception {
        assumeInstalled(client);
        Path copied = folder.resolve("copied");
        List<String> keys = new ArrayList<>();
        SnapshotInfo snapshot;
        try (StorageProvider store = bucket.open("team")) {
            snapshot = create(store);
            copy(client, client.place(bucket.name(), "team"), copied.toString());
            StorageProviders.listAll(store, "", object -> {
                keys.add(object.key());
                assertThat(copied.resolve(object.key()))
                        .hasBinaryContent(StorageProviders.readFully(store, object.key(), 64 << 20));
            });
        }
        assertThat(keys).anyMatch(key -> key.endsWith(".pack")).anyMatch(key -> key.endsWith(".manifest"));
        try (StorageProvider local = StorageProviders.open(StorageConfig.file(copied))) {
            restore(local, snapshot);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatOthersWroteIsReadByUs(Client client) throws Exception {
        assumeInstalled(client);
        Path repository = folder.resolve("repository");
        SnapshotInfo snapshot;
        try (StorageProvider local = StorageProviders.open(StorageConfig.file(repository))) {
            snapshot = create(local);
        }
        copy(client, repository.toString(), client.place(bucket.name(), "team"));
        try (StorageProvider store = bucket.open("team")) {
            restore(store, snapshot);
        }
    }
}
