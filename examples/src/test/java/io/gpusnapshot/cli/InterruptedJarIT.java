package io.gpusnapshot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What signals, polite and not, leave behind. */
class InterruptedJarIT {
    private static final int FILES = 24;
    private static final int FILE_BYTES = 16 << 20;

    @TempDir
    private Path home = Path.of("");

    private Path workspace = home;
    private Path repository = home;
    private String store = "";

    @BeforeEach
    void makeWorkspace() throws IOException {
        workspace = Files.createDirectory(home.resolve("workspace"));
        repository = home.resolve("repository");
        store = repository.toUri().toString();
        Random random = new Random(11);
        byte[] noise = new byte[FILE_BYTES];
        random.nextBytes(noise);
        for (int i = 0; i < FILES; i++) {
            noise[i] ^= (byte) 0xff;
            for (int at = 0; at < noise.length; at += 4096) {
                noise[at] = (byte) random.nextInt();
            }
            Files.write(workspace.resolve("weights" + i + ".bin"), noise);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM"})
    void aSignalCancelsACreateWithExitCode130AndLeavesNoSnapshot(String signal)
            throws IOException, InterruptedException {
        try (JarProcess create = startCreate()) {
            create.awaitCondition(() -> hasFiles(repository.resolve("packs")));
            // It stands still until the signal is on its way, so that it cannot win the race.
            create.signal("STOP");
            create.signal(signal);
            create.signal("CONT");
            CliRun run = create.await();

            assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCodes.CANCELLED);
            assertThat(run.err()).isEqualTo("gpu-snapshot: cancelled\n");
            assertThat(run.error())
                    .containsEntry("type", "InterruptedIOException")
                    .containsEntry("message", "cancelled");
        }
        assertThat(hasFiles(repository.resolve("leases"))).isFalse();
        requireNoSnapshotAndThatAnotherCreateSucceeds();
    }

    @Test
    void aSignalCancelsARestoreThatTheNextRunCompletes() throws IOException, InterruptedException {
        requireDone(JarProcess.run(home, "create", "--store", store, "--workspace", workspace.toString()));
        Path target = home.resolve("target");
        try (JarProcess restore = startRestore(target)) {
            restore.awaitCondition(() -> finishedFiles(target) >= 2);
            restore.signal("STOP");
            restore.signal("INT");
            restore.signal("CONT");
            CliRun run = restore.await();

            assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCodes.CANCELLED);
        }
        requireThatRestoreCompletes(target);
    }

    @Test
    void aKilledRestoreIsCompletedByTheNextRunWhichFetchesLess() throws IOException, InterruptedException {
        requireDone(JarProcess.run(home, "create", "--store", store, "--workspace", workspace.toString()));
        Path target = home.resolve("target");
        try (JarProcess restore = startRestore(target)) {
            restore.awaitCondition(() -> finishedFiles(target) >= 2);
            restore.kill();
        }
        requireThatRestoreCompletes(target);
    }

    @Test
    void aKilledCreateLeavesNoSnapshotAndARepositoryThatWorks() throws IOException, InterruptedException {
        try (JarProcess create = startCreate()) {
            create.awaitCondition(() -> hasFiles(repository.resolve("packs")));
            create.kill();
        }
        requireNoSnapshotAndThatAnotherCreateSucceeds();
    }

    private void requireNoSnapshotAndThatAnotherCreateSucceeds() throws IOException, InterruptedException {
        CliRun list = requireDone(JarProcess.run(home, "list", "--store", store, "--json"));
        assertThat(list.objects("snapshots")).isEmpty();
        assertThat(list.objects("unreadable")).isEmpty();

        requireDone(JarProcess.run(home, "create", "--store", store, "--workspace", workspace.toString()));
        requireDone(JarProcess.run(home, "verify", "--store", store, "--snapshot", "latest", "--data"));
    }

    private void requireThatRestoreCompletes(Path target) throws IOException, InterruptedException {
        assertThat(finishedFiles(target)).isLessThan(FILES);
        try (JarProcess again = startRestore(target)) {
            CliRun run = requireDone(again.await());

            assertThat(run.number("filesKept")).isGreaterThanOrEqualTo(2);
            assertThat(run.number("bytesFetched")).isLessThanOrEqualTo((long) (FILES - 2) * FILE_BYTES + (1 << 20));
        }
        TreeComparison.requireEqual(workspace, target);
    }

    private JarProcess startCreate() throws IOException {
        return start("create", "--workspace", workspace.toString());
    }

    private JarProcess startRestore(Path target) throws IOException {
        return start("restore", "--snapshot", "latest", "--workspace", target.toString());
    }

    private JarProcess start(String... arguments) throws IOException {
        // A build in the background ignores SIGINT, and so would what it starts.
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT"));
        command.addAll(JarProcess.command(arguments));
        command.addAll(List.of("--json", "--parallelism", "1", "--store", store));
        return JarProcess.start(home, Map.of(), command);
    }

    private static CliRun requireDone(CliRun run) {
        assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCodes.DONE);
        return run;
    }

    private static boolean hasFiles(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try (Stream<Path> walk = Files.walk(folder)) {
            return walk.anyMatch(Files::isRegularFile);
        }
    }

    private static long finishedFiles(Path target) throws IOException {
        if (!Files.isDirectory(target)) {
            return 0;
        }
        try (Stream<Path> children = Files.list(target)) {
            return children.filter(child -> child.getFileName().toString().startsWith("weights"))
                    .count();
        }
    }
}
