package io.gpusnapshot.storage.s3;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gpusnapshot.storage.StorageConfig;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.s3.server.S3Server;
import io.gpusnapshot.testing.StorageProviderContract;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** The contract against an S3 server that shares no code with the other one. */
class S3ContainerTest extends StorageProviderContract {
    private static final DockerImageName IMAGE = DockerImageName.parse("versity/versitygw:v1.8.0");
    private static final int PORT = 7070;

    @SuppressWarnings("NullAway.Init")
    private static GenericContainer<?> container;

    @BeforeAll
    static void startContainer() {
        boolean socket = Files.exists(Path.of("/var/run/docker.sock")) || System.getenv("DOCKER_HOST") != null;
        assumeTrue(
                socket && DockerClientFactory.instance().isDockerAvailable(),
                "there is no Docker here to run " + IMAGE + " in");
        container = new GenericContainer<>(IMAGE)
                .withEnv("ROOT_ACCESS_KEY", S3Server.ACCESS_KEY_ID)
                .withEnv("ROOT_SECRET_KEY", S3Server.SECRET_ACCESS_KEY)
                .withCommand("posix", "/tmp")
                .withExposedPorts(PORT);
        container.start();
    }

    @AfterAll
    static void stopContainer() {
        if (container != null) {
            container.stop();
        }
    }

    @Override
    protected StorageProvider openEmpty() throws IOException {
        String endpoint = "http://" + container.getHost() + ":" + container.getMappedPort(PORT);
        String bucket = "b-" + UUID.randomUUID();
        createBucket(endpoint, bucket);
        S3Location location =
                S3Location.of(StorageConfig.bucket(StorageConfig.S3, bucket).withEndpoint(endpoint));
        return ServedBucket.open(location.withConditionalPuts(true), "", ServedBucket.credentials());
    }

    private static void createBucket(String endpoint, String bucket) {
        AwsBasicCredentials keys = AwsBasicCredentials.create(S3Server.ACCESS_KEY_ID, S3Server.SECRET_ACCESS_KEY);
        try (S3Client client = S3Client.builder()
                .endpointOverride(URI.create(endpoint))
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(keys))
                .forcePathStyle(true)
                .build()) {
            client.createBucket(request -> request.bucket(bucket));
        }
    }

    /** The server keeps keys as paths. */
    @Override
    protected boolean allowsKeysBelowKeys() {
        return false;
    }

    @Override
    protected int raceRounds() {
        return 2;
    }
}
