package io.gpusnapshot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplicateCommandTest {
    @TempDir
    private Path home = Path.of("");

    private CliFolder folder = new CliFolder(home);
    private String id = "";
    private String second = "";

    @BeforeEach
    void makeSnapshot() throws IOException {
        folder = CliFolder.withWorkspace(home);
        second = folder.path("second").toUri().toString();
        folder.create();
        Files.writeString(folder.workspace().resolve("new.txt"), "new");
        id = folder.create();
    }

    private CliRun replicate(String... options) {
        return folder.json("replicate", options);
    }

    private CliRun restore(String target, String... stores) {
        List<String> arguments = new ArrayList<>(List.of("restore", "--snapshot", "latest", "--json"));
        arguments.addAll(List.of("--workspace", folder.path(target).toString()));
        for (String store : stores) {
            arguments.addAll(List.of("--store", store));
        }
        return CliRun.of(arguments.toArray(String[]::new));
    }

    @Test
    void aReplicaIsRestoredLikeItsOriginal() throws IOException {
        CliRun run = replicate("--snapshot", "latest", "--to", second);
        CliRun again = replicate("--snapshot", id, "--to", second, "--verify-replica", "sha256");

        assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCodes.DONE);
        assertThat(run.text("snapshotId")).isEqualTo(id);
        assertThat(run.text("target")).isEqualTo("file://" + folder.path("second"));
        assertThat(run.number("packs")).isEqualTo(2);
        assertThat(run.number("packsCopied")).isEqualTo(2);
        assertThat(run.number("bytesCopied")).isGreaterThan(300_000);
        assertThat(run.number("bytesPresent")).isZero();
        assertThat(run.objects("warnings")).isEmpty();
        assertThat(again.number("packsCopied")).isZero();
        assertThat(restore("out", second).exitCode()).isEqualTo(ExitCodes.DONE);
        TreeComparison.requireEqual(folder.workspace(), folder.path("out"));
    }

    @Test
    void aRestoreReadsFromAllStoresAndDoesWithoutThoseThatFail() throws IOException {
        replicate("--snapshot", id, "--to", second);
        String original = folder.repository().toUri().toString();
        for (Path pack : folder.packs()) {
            Files.write(pack, new byte[] {1, 2, 3});
        }

        CliRun run = restore("out", original, second);

        assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCodes.DONE);
        assertThat(run.err()).contains("asking another replica");
        List<Map<String, Object>> replicas = run.objects("replicas");
        assertThat(replicas)
                .extracting(replica -> replica.get("store"))
                .containsExactly("file://" + folder.repository(), "file://" + folder.path("second"));
        assertThat((Long) replicas.get(0).get("failures")).isPositive();
        assertThat(replicas.get(1).get("failures")).isEqualTo(0L);
        TreeComparison.requireEqual(folder.workspace(), folder.path("out"));
    }

    @Test
    void peopleReadWhatWasCopiedAndWhoServed() {
        CliRun copied = folder.run("replicate", "--snapshot", id, "--to", second);
        CliRun restored = folder.run(
                "restore",
                "--store",
                second,
                "--snapshot",
                id,
                "--workspace",
                folder.path("out").toString());

        assertThat(copied.out()).contains("Replicated " + id + " to file://", "2, 2 of them copied");
        assertThat(restored.out()).contains("    from file://" + folder.path("second"), "0 failures");
    }

    @Test
    void theSamePlaceIsRefused() throws IOException {
        CliRun run =
                replicate("--snapshot", id, "--to", folder.repository().toUri().toString());

        assertThat(run.exitCode()).isEqualTo(ExitCodes.FAILED);
        assertThat(run.error()).containsEntry("type", "SnapshotConflictException");
        assertThat(run.err()).contains("same place");
    }

    @Test
    void aRepositoryOfItsOwnIsRefused() throws IOException {
        CliRun.of("create", "--store", second, "--workspace", folder.workspace().toString());

        assertThat(replicate("--snapshot", id, "--to", second).error())
                .containsEntry("type", "SnapshotConflictException");
    }

    @Test
    void theTargetMustBeNamed() throws IOException {
        CliRun run = replicate("--snapshot", id);

        assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(run.err()).contains("--to");
    }
}
