package io.gpusnapshot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests of list, show and verify. */
class LookingCommandsTest {
    @TempDir
    private Path home = Path.of("");

    private CliFolder folder = new CliFolder(home);
    private String id = "";

    @BeforeEach
    void makeSnapshot() throws IOException {
        folder = CliFolder.withWorkspace(home);
        Files.writeString(Path.of(URI.create(folder.workspace().toUri() + "n%FFt")), "odd");
        id = folder.create("--label", "run=42");
    }

    @Test
    void listTellsTheNewestFirst() throws IOException {
        String second = folder.create();

        CliRun run = folder.json("list");

        assertThat(run.exitCode()).isEqualTo(ExitCodes.DONE);
        assertThat(run.objects("snapshots"))
                .extracting(snapshot -> snapshot.get("id"))
                .containsExactly(second, id);
        assertThat(run.objects("snapshots").get(0)).containsEntry("parent", id).containsEntry("newStoredBytes", 0L);
        assertThat(run.objects("snapshots").get(1))
                .containsEntry("instanceId", "gpu-1")
                .containsEntry("workspace", folder.workspace().toString())
                .containsEntry("parent", "null")
                .containsEntry("labels", Map.of("run", "42"))
                .containsEntry("files", 4L)
                .containsEntry("bytes", 304_521L)
                .containsKeys("createdAt", "storedBytes");
        assertThat(run.objects("unreadable")).isEmpty();
    }

    @Test
    void listStopsAtTheLimitAndSaysThatThereIsMore() throws IOException {
        String second = folder.create();

        CliRun json = folder.json("list", "--limit", "1");
        CliRun text = folder.run("list", "--limit", "1");
        CliRun none = folder.run("list", "--limit", "0");

        assertThat(json.objects("snapshots"))
                .extracting(snapshot -> snapshot.get("id"))
                .containsExactly(second);
        assertThat(json.json()).containsEntry("hasMore", true);
        assertThat(text.out()).contains(second, "There are more").doesNotContain(id + " ");
        assertThat(none.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(none.err()).contains("--limit must be at least 1, but is 0");
    }

    @Test
    void listAlignsItsColumns() {
        List<String> lines = folder.run("list").out().lines().toList();

        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)).startsWith("SNAPSHOT").endsWith("LABELS");
        assertThat(lines.get(0).indexOf("LABELS")).isEqualTo(lines.get(1).indexOf("run=42"));
    }

    @Test
    void listNamesADamagedManifestAndListsTheOthers() throws IOException {
        String second = folder.create();
        Files.writeString(folder.repository().resolve("snapshots/" + second + ".manifest"), "not a manifest");

        CliRun run = folder.json("list");

        assertThat(run.exitCode()).isEqualTo(ExitCodes.DONE);
        assertThat(run.objects("snapshots"))
                .extracting(snapshot -> snapshot.get("id"))
                .containsExactly(id);
        assertThat(run.objects("unreadable"))
                .singleElement()
                .satisfies(broken -> assertThat(broken).containsEntry("id", second));
        assertThat(run.err()).contains("warning: cannot read " + second);
    }

    @Test
    void showTellsAboutTheHostToo() throws IOException {
        CliRun run = folder.json("show", "--snapshot", "latest");

        assertThat(run.json())
                .containsEntry("id", id)
                .containsEntry("files", 4L)
                .containsKey("host");
    }

    @Test
    void showListsFilesWithNamesThatAreNotText() throws IOException {
        CliRun run = folder.json("show", "--snapshot", id, "--files");

        assertThat(run.out().lines()).hasSize(1);
        assertThat(run.objects("files")).hasSize(7);
        assertThat(run.objects("files"))
                .anySatisfy(file -> assertThat(file)
                        .containsEntry("path", "src/train.py")
                        .containsEntry("type", "file")
                        .containsEntry("size", 18L)
                        .containsEntry("mode", "0644")
                        .containsKey("mtime"));
        assertThat(run.objects("files"))
                .anySatisfy(file -> assertThat(file)
                        .containsEntry(
                                "pathBase64", Base64.getEncoder().encodeToString(new byte[] {'n', (byte) 0xff, 't'}))
                        .doesNotContainKey("path"));
        assertThat(run.objects("files"))
                .anySatisfy(file -> assertThat(file)
                        .containsEntry("path", "latest")
                        .containsEntry("type", "symlink")
                        .containsEntry("target", "weights.bin"));
    }

    @Test
    void showPrintsALineForEveryFile() {
        CliRun run = folder.run("show", "--snapshot", id, "--files");
        CliRun quiet = folder.run("show", "--snapshot", id, "--files", "--quiet");

        assertThat(run.out()).contains("snapshot   " + id, "src/train.py", "latest -> weights.bin", "n\\xfft");
        assertThat(quiet.out()).hasLineCount(7).doesNotContain("snapshot  ");
    }

    @Test
    void verifyGoesAsDeepAsAsked() throws IOException {
        CliRun manifest = folder.json("verify", "--snapshot", id);
        CliRun presence = folder.json("verify", "--snapshot", "latest", "--presence");
        CliRun data = folder.json("verify", "--snapshot", id, "--data");

        assertThat(manifest.json()).containsEntry("depth", "manifest").containsEntry("sound", true);
        assertThat(presence.json()).containsEntry("depth", "presence").containsEntry("packs", 1L);
        assertThat(data.json()).containsEntry("depth", "data").containsEntry("snapshotId", id);
        assertThat(data.number("bytesRead")).isGreaterThan(300_000);
        assertThat(data.number("chunks")).isPositive();
        assertThat(data.objects("problems")).isEmpty();
        assertThat(data.objects("damagedFiles")).isEmpty();
    }

    @Test
    void verifyEndsWithOneAndNamesTheFilesOfADamagedPack() throws IOException {
        byte[] pack = Files.readAllBytes(folder.packs().get(0));
        pack[100_000] ^= 1;
        Files.write(folder.packs().get(0), pack);

        CliRun shallow = folder.json("verify", "--snapshot", id, "--presence");
        CliRun deep = folder.json("verify", "--snapshot", id, "--data");
        CliRun text = folder.run("verify", "--snapshot", id, "--data", "--quiet");

        assertThat(shallow.exitCode()).isEqualTo(ExitCodes.DONE);
        assertThat(deep.exitCode()).isEqualTo(ExitCodes.FAILED);
        assertThat(deep.json()).containsEntry("sound", false);
        assertThat(deep.objects("problems")).isNotEmpty();
        assertThat(deep.objects("damagedFiles")).isNotEmpty();
        assertThat(text.out()).contains("NOT sound", "  damaged ");
    }

    @Test
    void verifyMissesAPack() throws IOException {
        Files.delete(folder.packs().get(0));

        CliRun run = folder.json("verify", "--snapshot", id, "--presence");

        assertThat(run.exitCode()).isEqualTo(ExitCodes.FAILED);
        assertThat(run.err()).contains(".pack");
    }

    @Test
    void verifyNoticesATruncatedPack() throws IOException {
        try (var channel = Files.newByteChannel(folder.packs().get(0), StandardOpenOption.WRITE)) {
            channel.truncate(1000);
        }

        assertThat(folder.json("verify", "--snapshot", id, "--presence").exitCode())
                .isEqualTo(ExitCodes.FAILED);
    }
}
