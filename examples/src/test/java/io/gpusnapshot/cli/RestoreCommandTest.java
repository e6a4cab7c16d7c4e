package io.gpusnapshot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestoreCommandTest {
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
    void everythingComesBackAndTheSummaryIsOneJsonObject() throws IOException {
        CliRun run = folder.restore(id, "out");

        assertThat(run.exitCode()).isEqualTo(ExitCodes.DONE);
        assertThat(run.out().lines()).hasSize(1);
        assertThat(run.err()).isEmpty();
        assertThat(run.text("snapshotId")).isEqualTo(id);
        assertThat(run.number("bytesRestored")).isEqualTo(304_518);
        assertThat(run.number("bytesFetched")).isGreaterThan(300_000);
        assertThat(run.number("bytesReused")).isZero();
        assertThat(run.number("files")).isEqualTo(3);
        assertThat(run.number("filesKept")).isZero();
        assertThat(run.number("entriesDeleted")).isZero();
        assertThat(run.json().get("seconds")).isInstanceOf(Double.class);
        assertThat(run.objects("warnings")).isEmpty();
        TreeComparison.requireEqual(folder.workspace(), folder.path("out"));
    }

    @Test
    void latestIsTheNewest() throws IOException {
        Files.writeString(folder.workspace().resolve("new.txt"), "new");
        String second = folder.create();

        CliRun run = folder.restore("latest", "out");

        assertThat(run.text("snapshotId")).isEqualTo(second);
        assertThat(folder.path("out/new.txt")).hasContent("new");
    }

    @Test
    void aSecondRestoreKeepsWhatIsThereAndFetchesNothing() throws IOException {
        folder.restore(id, "out");

        CliRun run = folder.restore(id, "out");

        assertThat(run.number("filesKept")).isEqualTo(3);
        assertThat(run.number("bytesFetched")).isZero();
        assertThat(run.number("bytesReused")).isEqualTo(304_518);
    }

    @Test
    void aSelectionRestoresOnlyWhatMatches() throws IOException {
        CliRun run = folder.restore(id, "out", "--only", "*.py", "--first", "src/");

        assertThat(run.number("files")).isEqualTo(1);
        assertThat(folder.path("out/src/train.py")).hasContent("print('training')\n");
        assertThat(folder.path("out/weights.bin")).doesNotExist();
    }

    @Test
    void aFirstSelectionRestoresTheRestToo() throws IOException {
        folder.restore(id, "out", "--first", "weights.bin", "--verify-restore", "crc32c", "--sync", "none");

        TreeComparison.requireEqual(folder.workspace(), folder.path("out"));
    }

    @Test
    void extraneousEntriesAreDeletedOnlyWhenAskedFor() throws IOException {
        folder.restore(id, "out");
        Files.writeString(folder.path("out/extra.txt"), "extra");

        CliRun kept = folder.restore(id, "out");
        assertThat(folder.path("out/extra.txt")).exists();
        CliRun deleted = folder.restore(id, "out", "--delete-extraneous");

        assertThat(kept.number("entriesDeleted")).isZero();
        assertThat(deleted.number("entriesDeleted")).isEqualTo(1);
        TreeComparison.requireEqual(folder.workspace(), folder.path("out"));
    }

    @Test
    void peopleReadWhatWasFetchedAndQuietPrintsNothing() {
        CliRun chatty = folder.run(
                "restore", "--snapshot", id, "--workspace", folder.path("one").toString());
        CliRun quiet = folder.run(
                "restore",
                "--quiet",
                "--snapshot",
                id,
                "--workspace",
                folder.path("two").toString());

        assertThat(chatty.out()).contains("Restored " + id, "3, 0 of them as they were", "  fetched ");
        assertThat(quiet.out()).isEmpty();
    }

    @Test
    void aFileUriRestoresIntoAFolderWhoseNameIsNotText() throws IOException {
        CliRun run = folder.json("restore", "--snapshot", id, "--workspace", home.toUri() + "odd%FFname");

        assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCodes.DONE);
        TreeComparison.requireEqual(folder.workspace(), Path.of(URI.create(home.toUri() + "odd%FFname")));
    }
}
