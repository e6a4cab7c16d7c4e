package io.gpusnapshot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A folder with a workspace and a repository that commands are run on. */
final class CliFolder {
    private final Path home;

    CliFolder(Path home) {
        this.home = home;
    }

    /** With a workspace of two text files, of 300,000 random bytes, and of a symbolic link. */
    static CliFolder withWorkspace(Path home) throws IOException {
        CliFolder folder = new CliFolder(home);
        Files.createDirectories(folder.workspace().resolve("src"));
        Files.writeString(folder.workspace().resolve("src/train.py"), "print('training')\n");
        Files.writeString(folder.workspace().resolve("notes.txt"), "remember\n".repeat(500));
        byte[] noise = new byte[300_000];
        new Random(5).nextBytes(noise);
        Files.write(folder.workspace().resolve("weights.bin"), noise);
        Files.createSymbolicLink(folder.workspace().resolve("latest"), Path.of("weights.bin"));
        return folder;
    }

    Path path(String name) {
        return home.resolve(name);
    }

    Path workspace() {
        return home.resolve("workspace");
    }

    Path repository() {
        return home.resolve("repository");
    }

    /** Runs a command on the repository with {@code --json}. */
    CliRun json(String command, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--json");
        return run(command, all.toArray(String[]::new));
    }

    /** Runs a command on the repository. */
    CliRun run(String command, String... arguments) {
        List<String> all =
                new ArrayList<>(List.of(command, "--store", repository().toUri().toString()));
        all.addAll(List.of(arguments));
        return CliRun.of(all.toArray(String[]::new));
    }

    /** Snapshots the workspace and returns the id. */
    String create(String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of("--workspace", workspace().toString(), "--instance-id", "gpu-1"));
        all.addAll(List.of(arguments));
        CliRun run = json("create", all.toArray(String[]::new));
        assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCodes.DONE);
        return run.text("snapshotId");
    }

    CliRun restore(String snapshot, String target, String... arguments) {
        List<String> all = new ArrayList<>(
                List.of("--snapshot", snapshot, "--workspace", path(target).toString()));
        all.addAll(List.of(arguments));
        return json("restore", all.toArray(String[]::new));
    }

    /** The pack files of the repository. */
    List<Path> packs() throws IOException {
        try (var files = Files.walk(repository().resolve("packs"))) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }
}
