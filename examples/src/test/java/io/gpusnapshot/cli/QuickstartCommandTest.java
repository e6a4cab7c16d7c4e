package io.gpusnapshot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuickstartCommandTest {
    @TempDir
    private Path home = Path.of("");

    @Test
    void everythingComesBackAndTheTableNamesThePhases() {
        CliRun run = CliRun.of("quickstart", "--size", "2M");

        assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCodes.DONE);
        assertThat(run.out())
                .contains("PHASE", "create, nothing changed", "restore", "compare every byte", "MB/s")
                .contains("Every byte, name, mode, time and link came back as it was.");
    }

    @Test
    void theFilesAreKeptWhenAskedForAndTheSummaryIsJson() throws IOException {
        Path keep = home.resolve("kept");

        CliRun run = CliRun.of("quickstart", "--size", "1M", "--keep", keep.toString(), "--json");

        assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCodes.DONE);
        assertThat(run.json()).containsEntry("identical", true);
        assertThat(run.objects("phases"))
                .hasSize(7)
                .allSatisfy(phase -> assertThat(phase).containsKeys("phase", "seconds", "bytes", "bytesStored"));
        assertThat(TreeComparison.requireEqual(keep.resolve("workspace"), keep.resolve("restored")))
                .isGreaterThan(2 << 20);
    }

    @Test
    void aDirectoryThatExistsIsNotTouched() throws IOException {
        Path file = Files.writeString(home.resolve("mine.txt"), "mine");

        CliRun run = CliRun.of("quickstart", "--keep", home.toString(), "--json");

        assertThat(run.exitCode()).isEqualTo(ExitCodes.FAILED);
        assertThat(run.err()).contains(home.toString()).hasLineCount(1);
        assertThat(file).hasContent("mine");
    }
}
