package io.gpusnapshot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script that starts the jar. */
class LauncherIT {
    private static final Path SCRIPT = Path.of("bin/gpu-snapshot").toAbsolutePath();

    @TempDir
    private Path home = Path.of("");

    private CliRun run(Path script, Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(script.toString()));
        command.addAll(List.of(arguments));
        return JarProcess.run(home, environment, command);
    }

    @Test
    void argumentsGoInAndExitCodesComeOut() throws Exception {
        Path store = home.resolve("a store");
        Path workspace = Files.createDirectory(home.resolve("a $workspace"));
        Files.writeString(workspace.resolve("file"), "content");

        CliRun created = run(
                SCRIPT, Map.of(), "create", "--store", store.toUri().toString(), "--workspace", workspace.toString());
        CliRun refused = run(SCRIPT, Map.of(), "create", "--no-such-option");

        assertThat(created.exitCode()).as(created.err()).isEqualTo(ExitCodes.DONE);
        assertThat(refused.exitCode()).isEqualTo(ExitCodes.USAGE);
    }

    @Test
    void itIsFoundThroughALink() throws Exception {
        Path link = Files.createSymbolicLink(home.resolve("link"), SCRIPT);

        assertThat(run(link, Map.of(), "--version").out()).matches("gpu-snapshot \\d.*\\R");
    }

    @Test
    void javaTakesOtherOptionsWhenTold() throws Exception {
        String print = "-XX:+PrintCommandLineFlags";

        CliRun own = run(SCRIPT, Map.of("GPU_SNAPSHOT_JAVA_OPTIONS", "-XX:+UseParallelGC " + print), "--version");
        CliRun none = run(SCRIPT, Map.of("GPU_SNAPSHOT_JAVA_OPTIONS", ""), "--version");

        assertThat(own.out()).contains("-XX:+UseParallelGC").doesNotContain("UseSerialGC");
        assertThat(none.exitCode()).isEqualTo(ExitCodes.DONE);
    }

    @Test
    void withoutAJarItSaysHowToGetOne() throws Exception {
        Path copy =
                Files.copy(SCRIPT, Files.createDirectory(home.resolve("bin")).resolve("gpu-snapshot"));

        CliRun run = run(copy, Map.of(), "--version");

        assertThat(run.exitCode()).isEqualTo(ExitCodes.FAILED);
        assertThat(run.err()).contains("gpu-snapshot.jar", "mvn -q -DskipTests package");
    }
}
