package io.gpusnapshot.storage.s3;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gpusnapshot.storage.StorageConfig;
import io.gpusnapshot.storage.s3.server.S3Server;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * An S3 server that shares no code with the other one, in a container: Versity's gateway, which is maintained, free, one
 * small image, needs no set-up, and checks signatures, conditions and digests by code of its own.
 */
final class ContainerServer implements AutoCloseable {
    private static final DockerImageName IMAGE = DockerImageName.parse("versity/versitygw:v1.8.0");
    private static final int PORT = 7070;

    private final GenericContainer<?> container;

    private ContainerServer(GenericContainer<?> container) {
        this.container = container;
    }

    /** Starts one, or has the test skipped. */
    static ContainerServer start() {
        boolean socket = Files.exists(Path.of("/var/run/docker.sock")) || System.getenv("DOCKER_HOST") != null;
        assumeTrue(
                socket && DockerClientFactory.instance().isDockerAvailable(),
                "there is no Docker here to run " + IMAGE + " in");
        GenericContainer<?> container = new GenericContainer<>(IMAGE)
                .withEnv("ROOT_ACCESS_KEY", S3Server.ACCESS_KEY_ID)
                .withEnv("ROOT_SECRET_KEY", S3Server.SECRET_ACCESS_KEY)
                .withCommand("posix", "/tmp")
                .withExposedPorts(PORT);
        container.start();
        return new ContainerServer(container);
    }

    /** Makes an empty bucket. */
    S3Location createBucket() {
        String endpoint = "http://" + container.getHost() + ":" + container.getMappedPort(PORT);
        String bucket = "b-" + UUID.randomUUID();
        AwsBasicCredentials keys = AwsBasicCredentials.create(S3Server.ACCESS_KEY_ID, S3Server.SECRET_ACCESS_KEY);
        try (S3Client client = S3Client.builder()
                .endpointOverride(URI.create(endpoint))
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(keys))
                .forcePathStyle(true)
                .build()) {
            client.createBucket(request -> request.bucket(bucket));
        }
        return S3Location.of(StorageConfig.bucket(StorageConfig.S3, bucket).withEndpoint(endpoint));
    }

    @Override
    public void close() {
        container.stop();
    }
}
