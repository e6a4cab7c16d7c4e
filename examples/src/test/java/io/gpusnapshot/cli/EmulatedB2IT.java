package io.gpusnapshot.cli;

import static org.assertj.core.api.Assertions.assertThat;

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

/** The built jar emulates Backblaze B2, and keeps snapshots there. */
class EmulatedB2IT {
    @TempDir
    private Path home = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private JarProcess emulator;

    @SuppressWarnings("NullAway.Init")
    private B2Account account;

    @BeforeEach
    void startEmulator() throws IOException, InterruptedException {
        emulator = JarProcess.start(
                home, "emulate-b2", "--port", "0", "--root", home.resolve("b2").toString());
        emulator.awaitCondition(() -> emulator.output().endsWith("\n"));
        Map<String, Object> ready = JsonText.parse(emulator.output());
        account = new B2Account(
                String.valueOf(ready.get("endpoint")),
                String.valueOf(ready.get("keyId")),
                String.valueOf(ready.get("applicationKey")));
        account.makeBucket();
    }

    @AfterEach
    void stopEmulator() {
        emulator.close();
    }

    private CliRun run(String command, String... arguments) throws IOException, InterruptedException {
        List<String> line = JarProcess.command(arguments);
        line.add(line.size() - arguments.length, command);
        line.add("--json");
        line.add("--store");
        line.add(account.store());
        CliRun run = JarProcess.run(home, account.environment(), line);
        assertThat(run.out() + run.err()).doesNotContain(account.applicationKey());
        return run;
    }

    @Test
    void aSnapshotLivesInTheEmulatorFromCreateToDelete() throws IOException, InterruptedException {
        Path workspace = Files.createDirectory(home.resolve("workspace"));
        byte[] weights = new byte[12 << 20];
        new Random(1).nextBytes(weights);
        Files.write(workspace.resolve("weights"), weights);
        Files.writeString(workspace.resolve("note"), "hello");

        CliRun create = run("create", "--workspace", workspace.toString());
        assertThat(create.exitCode()).as(create.err()).isEqualTo(ExitCodes.DONE);
        String id = create.text("snapshotId");
        assertThat(run("list").objects("snapshots")).hasSize(1);
        assertThat(run("verify", "--snapshot", id, "--data").exitCode()).isEqualTo(ExitCodes.DONE);

        Path target = home.resolve("target");
        CliRun restore = run("restore", "--snapshot", "latest", "--workspace", target.toString());
        assertThat(restore.exitCode()).as(restore.err()).isEqualTo(ExitCodes.DONE);
        assertThat(target.resolve("weights")).hasBinaryContent(weights);
        assertThat(target.resolve("note")).hasContent("hello");

        assertThat(run("delete", "--snapshot", id).exitCode()).isEqualTo(ExitCodes.DONE);
        assertThat(run("list").objects("snapshots")).isEmpty();
    }

    @Test
    void aWrongKeyIsRefusedWithTheRemedy() throws IOException, InterruptedException {
        account = new B2Account(account.endpoint(), account.keyId(), "wrong");
        CliRun run = run("list");
        assertThat(run.exitCode()).isEqualTo(ExitCodes.FAILED);
        assertThat(run.error()).containsEntry("type", "StorageAccessException");
        assertThat(run.err()).contains("B2_APPLICATION_KEY");
    }
}
