package io.gpusnapshot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.storage.s3.server.S3Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The built jar has all that S3 takes. */
class S3JarIT {
    private static final String BUCKET = "snapshots";

    @TempDir
    private Path home = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private S3Server server;

    @BeforeEach
    void startServer() throws IOException {
        server = S3Server.start();
        server.createBucket(BUCKET);
    }

    @AfterEach
    void stopServer() throws IOException {
        server.close();
    }

    private CliRun run(String secret, String command, String... arguments) throws IOException, InterruptedException {
        List<String> line = JarProcess.command(arguments);
        line.add(line.size() - arguments.length, command);
        line.add("--json");
        line.add("--store");
        line.add("s3://" + BUCKET + "/team?endpoint=" + server.endpoint());
        Map<String, String> environment =
                Map.of("AWS_ACCESS_KEY_ID", S3Server.ACCESS_KEY_ID, "AWS_SECRET_ACCESS_KEY", secret);
        CliRun run = JarProcess.run(home, environment, line);
        assertThat(run.out() + run.err()).doesNotContain(secret);
        return run;
    }

    @Test
    void aSnapshotGoesThereAndComesBack() throws IOException, InterruptedException {
        Path workspace = Files.createDirectory(home.resolve("workspace"));
        byte[] weights = new byte[3 << 20];
        new Random(1).nextBytes(weights);
        Files.write(workspace.resolve("weights"), weights);

        CliRun create = run(S3Server.SECRET_ACCESS_KEY, "create", "--workspace", workspace.toString());
        assertThat(create.exitCode()).as(create.err()).isEqualTo(ExitCodes.DONE);
        Path target = home.resolve("target");
        CliRun restore =
                run(S3Server.SECRET_ACCESS_KEY, "restore", "--snapshot", "latest", "--workspace", target.toString());
        assertThat(restore.exitCode()).as(restore.err()).isEqualTo(ExitCodes.DONE);
        assertThat(restore.err()).isEmpty();
        assertThat(target.resolve("weights")).hasBinaryContent(weights);
    }

    @Test
    void aWrongKeyIsRefusedWithTheRemedy() throws IOException, InterruptedException {
        CliRun run = run("wrong-secret", "list");
        assertThat(run.exitCode()).isEqualTo(ExitCodes.FAILED);
        assertThat(run.error()).containsEntry("type", "StorageAccessException");
        assertThat(run.err()).contains(BUCKET, "AWS_SECRET_ACCESS_KEY");
    }
}
