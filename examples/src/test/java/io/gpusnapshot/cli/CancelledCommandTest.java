package io.gpusnapshot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An interrupt of the calling thread cancels a command, wherever it has come. */
class CancelledCommandTest {
    @TempDir
    private Path home = Path.of("");

    private CliFolder folder = new CliFolder(home);
    private String id = "";

    @BeforeEach
    void makeSnapshot() throws IOException {
        folder = CliFolder.withWorkspace(home);
        id = folder.create();
    }

    @Test
    void createIsCancelledAndLeavesNoSnapshot() throws IOException {
        requireCancelled(
                () -> folder.json("create", "--workspace", folder.workspace().toString()));

        assertThat(folder.json("list").objects("snapshots")).hasSize(1);
    }

    @Test
    void restoreIsCancelledAndCanBeRunAgain() throws IOException {
        requireCancelled(() -> folder.restore(id, "out"));

        assertThat(folder.restore(id, "out").exitCode()).isEqualTo(ExitCodes.DONE);
        TreeComparison.requireEqual(folder.workspace(), folder.path("out"));
    }

    @Test
    void replicateIsCancelledAndCanBeRunAgain() throws IOException {
        String second = folder.path("second").toUri().toString();
        requireCancelled(() -> folder.json("replicate", "--snapshot", id, "--to", second));

        assertThat(folder.json("replicate", "--snapshot", id, "--to", second).exitCode())
                .isEqualTo(ExitCodes.DONE);
    }

    @Test
    void verifyIsCancelled() throws IOException {
        requireCancelled(() -> folder.json("verify", "--snapshot", id, "--data"));
    }

    @Test
    void showIsCancelled() throws IOException {
        requireCancelled(() -> folder.json("show", "--snapshot", id, "--files"));
    }

    @Test
    void listIsCancelled() throws IOException {
        requireCancelled(() -> folder.json("list"));
    }

    @Test
    void pruneIsCancelledAndDeletesNothing() throws IOException {
        folder.create();

        requireCancelled(() -> folder.json("prune", "--keep-last", "1", "--grace", "0s"));

        assertThat(folder.json("list").objects("snapshots")).hasSize(2);
    }

    @Test
    void quickstartIsCancelled() throws IOException {
        requireCancelled(() -> CliRun.of("quickstart", "--size", "1M", "--json"));
    }

    private static void requireCancelled(Supplier<CliRun> command) throws IOException {
        CliRun run;
        Thread.currentThread().interrupt();
        try {
            run = command.get();
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCodes.CANCELLED);
        assertThat(run.err()).isEqualToIgnoringNewLines("gpu-snapshot: cancelled");
        assertThat(run.error()).containsEntry("type", "InterruptedIOException").containsEntry("message", "cancelled");
    }
}
