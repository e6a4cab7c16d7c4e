package io.gpusnapshot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests of delete and prune. */
class DeletingCommandsTest {
    @TempDir
    private Path home = Path.of("");

    private CliFolder folder = new CliFolder(home);

    @BeforeEach
    void makeWorkspace() throws IOException {
        folder = CliFolder.withWorkspace(home);
    }

    @Test
    void deleteTakesTheSnapshotAndLeavesThePacks() throws IOException {
        String id = folder.create();

        CliRun run = folder.json("delete", "--snapshot", id);

        assertThat(run.exitCode()).isEqualTo(ExitCodes.DONE);
        assertThat(run.json()).containsEntry("snapshotId", id).containsEntry("deleted", true);
        assertThat(folder.json("list").objects("snapshots")).isEmpty();
        assertThat(folder.packs()).isNotEmpty();
    }

    @Test
    void deleteTellsPeopleAboutPrune() throws IOException {
        String id = folder.create();

        assertThat(folder.run("delete", "--snapshot", id).out()).contains("Deleted " + id, "prune");
    }

    @Test
    void aDryRunDeletesNothing() throws IOException {
        String first = folder.create("--parent", "none");
        String second = folder.create("--parent", "none");

        CliRun run = folder.json("prune", "--keep-last", "1", "--grace", "0s", "--dry-run");

        assertThat(run.json()).containsEntry("dryRun", true).containsEntry("snapshots", List.of(first));
        assertThat(run.number("packs")).isEqualTo(1);
        assertThat(run.number("bytes")).isGreaterThan(300_000);
        assertThat(folder.packs()).hasSize(2);
        assertThat(folder.json("verify", "--snapshot", second, "--data").exitCode())
                .isEqualTo(ExitCodes.DONE);
        assertThat(folder.json("list").objects("snapshots")).hasSize(2);
    }

    @Test
    void pruneFreesWhatTheRuleDoesNotKeep() throws IOException {
        String first = folder.create("--parent", "none");
        String second = folder.create("--parent", "none");

        CliRun run = folder.json("prune", "--keep-last", "1", "--grace", "0s");

        assertThat(run.json()).containsEntry("dryRun", false).containsEntry("snapshots", List.of(first));
        assertThat(folder.packs()).hasSize(1);
        assertThat(folder.json("verify", "--snapshot", second, "--data").exitCode())
                .isEqualTo(ExitCodes.DONE);
    }

    @Test
    void pruneWithoutARuleKeepsEverySnapshotAndTheGraceTimeKeepsPacks() throws IOException {
        String first = folder.create("--parent", "none");
        folder.create("--parent", "none");
        folder.json("delete", "--snapshot", first);

        CliRun young = folder.json("prune");
        CliRun now = folder.json("prune", "--grace", "0s");

        assertThat(young.number("packs")).isZero();
        assertThat(now.number("packs")).isEqualTo(1);
        assertThat(folder.json("list").objects("snapshots")).hasSize(1);
    }

    @Test
    void everyRuleKeepsTheNewestOfItsPeriods() throws IOException {
        folder.create();
        String newest = folder.create();

        for (String rule : List.of("--keep-daily", "--keep-weekly", "--keep-monthly")) {
            CliRun run = folder.json("prune", rule, "1", "--dry-run");
            assertThat(run.text("snapshots")).startsWith("[2").doesNotContain(",", newest);
        }
        assertThat(folder.run("prune", "--keep-daily", "1", "--dry-run").out())
                .contains("Would delete 1 snapshot and 0 packs");
    }

    @Test
    void wrongNumbersAreUsageErrorsAndDeleteNothing() throws IOException {
        folder.create();
        folder.create();

        CliRun negative = folder.json("prune", "--keep-last", "-1");
        CliRun duration = folder.json("prune", "--keep-last", "1", "--grace", "soon");

        assertThat(negative.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(negative.err()).contains("no negative numbers");
        assertThat(duration.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(duration.err()).contains("--grace", "Not a duration: \"soon\"", "for example 24h");
        assertThat(folder.json("list").objects("snapshots")).hasSize(2);
    }
}
