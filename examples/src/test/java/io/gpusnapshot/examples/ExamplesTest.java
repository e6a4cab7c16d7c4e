package io.gpusnapshot.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.model.RetentionRule;
import io.gpusnapshot.storage.StorageConfig;
import io.gpusnapshot.storage.s3.server.S3Server;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExamplesTest {
    @TempDir
    private Path home = Path.of("");

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);

    @BeforeEach
    void makeWorkspace() throws IOException {
        Files.createDirectories(workspace().resolve("src/__pycache__"));
        Files.writeString(workspace().resolve("src/train.py"), "print('training')\n");
        Files.writeString(workspace().resolve("src/__pycache__/train.pyc"), "compiled");
    }

    @Test
    void theEmbeddedExampleRestoresWhatItSnapshotted() throws IOException {
        Path target = home.resolve("restored");

        EmbeddedExample.run(store(), workspace(), target, out);

        assertThat(target.resolve("src/train.py")).hasContent("print('training')\n");
        assertThat(target.resolve("src/__pycache__/train.pyc")).doesNotExist();
        assertThat(text()).contains("created ", "restored 1 files", "there is ", "{run=42}");
    }

    @Test
    void theProgressExampleTellsPhasesAndBytes() throws IOException {
        ProgressExample.run(store(), workspace(), out);

        assertThat(text()).contains("create: ", "commit: ", "MB/s").doesNotContain("warning");
    }

    @Test
    void theRetentionExampleKeepsTheNewest() throws IOException {
        for (int i = 0; i < 3; i++) {
            Files.writeString(workspace().resolve("step.txt"), "step " + i);
            ProgressExample.run(store(), workspace(), out);
        }

        RetentionExample.run(store(), RetentionRule.ofLast(1), out);

        assertThat(text()).contains("would delete 2 snapshots", "deleted 2 snapshots, freed 0 bytes");
    }

    @Test
    void theReplicationExampleRestoresFromTwoStores() throws IOException {
        ProgressExample.run(store(), workspace(), out);
        StorageConfig second = StorageConfig.file(home.resolve("second"));
        Path target = home.resolve("restored");

        ReplicationExample.run(store(), second, target, out);

        assertThat(target.resolve("src/train.py")).hasContent("print('training')\n");
        assertThat(text()).contains("copied 1 packs, ", "bytes from " + store(), "bytes from " + second);
    }

    @Test
    void theS3ExampleGoesToWhateverSpeaksS3() throws IOException {
        Path target = home.resolve("restored");
        try (S3Server server = S3Server.start()) {
            server.createBucket("snapshots");
            S3Example.run(
                    S3Example.other(server.endpoint().toString()),
                    S3Server.ACCESS_KEY_ID,
                    S3Server.SECRET_ACCESS_KEY,
                    workspace(),
                    target,
                    out);
        }
        assertThat(target.resolve("src/train.py")).hasContent("print('training')\n");
        assertThat(text()).contains("went into s3://snapshots").doesNotContain(S3Server.SECRET_ACCESS_KEY);
    }

    @Test
    void theS3ExampleNamesTheStoresOfAllVendors() {
        assertThat(S3Example.amazon()).hasToString("s3://snapshots/team?region=eu-west-1");
        assertThat(S3Example.cloudflare("0123abcd"))
                .hasToString("r2://snapshots/team?endpoint=https%3A%2F%2F0123abcd.r2.cloudflarestorage.com");
        assertThat(S3Example.wasabi()).hasToString("wasabi://snapshots/team?region=eu-central-1");
    }

    private Path workspace() {
        return home.resolve("workspace");
    }

    private StorageConfig store() {
        return StorageConfig.file(home.resolve("repository"));
    }

    private String text() {
        return printed.toString(StandardCharsets.UTF_8);
    }
}
