package io.gpusnapshot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.storage.b2.emulator.B2Emulator;
import io.gpusnapshot.storage.s3.server.S3Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The environment chooses the store, and nothing else changes for whoever uses it. */
class ProvidersTest {
    private static final String BUCKET = "snapshots";

    @TempDir
    private Path home = Path.of("");

    private void tour(Map<String, String> environment, String secret) throws IOException, InterruptedException {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Path scratch = Files.createDirectory(home.resolve("tour"));
        List<String> command = List.of(
                java,
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                classPath,
                ProviderTour.class.getName(),
                scratch.toString());
        CliRun run = JarProcess.run(home, environment, command);
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).endsWith("seen everything\n");
        assertThat(run.out() + run.err()).doesNotContain(secret);
        assertThat(run.exitCode()).isZero();
    }

    private static Map<String, String> environment(String provider, String endpoint) {
        Map<String, String> variables = new HashMap<>();
        variables.put("STORAGE_PROVIDER", provider);
        variables.put("STORAGE_BUCKET", BUCKET);
        variables.put("STORAGE_PREFIX", "team/gpu");
        variables.put("STORAGE_ENDPOINT", endpoint);
        return variables;
    }

    @Test
    void aFolder() throws IOException, InterruptedException {
        String repository = home.resolve("repository").toString();
        tour(Map.of("STORAGE_PROVIDER", "file", "STORAGE_PATH", repository), "no secret");
    }

    @Test
    void backblaze() throws IOException, InterruptedException {
        try (B2Emulator emulator = B2Emulator.builder().root(home.resolve("b2")).start()) {
            String endpoint = emulator.endpoint().toString();
            B2Buckets.create(endpoint, emulator.keyId(), emulator.applicationKey(), BUCKET);
            Map<String, String> variables = environment("b2", endpoint);
            variables.put("B2_KEY_ID", emulator.keyId());
            variables.put("B2_APPLICATION_KEY", emulator.applicationKey());
            tour(variables, emulator.applicationKey());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3 AWS", "r2 R2", "wasabi WASABI"})
    void whateverSpeaksS3(String providerAndVendor) throws IOException, InterruptedException {
        String provider = providerAndVendor.split(" ")[0];
        String vendor = providerAndVendor.split(" ")[1];
        try (S3Server server = S3Server.start()) {
            server.createBucket(BUCKET);
            Map<String, String> variables =
                    environment(provider, server.endpoint().toString());
            variables.put(vendor + "_ACCESS_KEY_ID", S3Server.ACCESS_KEY_ID);
            variables.put(vendor + "_SECRET_ACCESS_KEY", S3Server.SECRET_ACCESS_KEY);
            tour(variables, S3Server.SECRET_ACCESS_KEY);
        }
    }
}
