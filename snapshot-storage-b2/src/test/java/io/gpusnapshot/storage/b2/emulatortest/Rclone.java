package io.gpusnapshot.storage.b2.emulatortest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gpusnapshot.storage.b2.emulator.B2Emulator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Runs rclone against an emulator, which it knows as the remote {@code b2:}. Files above 5 MB are sent in parts. */
public final class Rclone {
    private final B2Emulator emulator;
    private final Path scratch;

    /**
     * A runner.
     *
     * @param scratch folder for what it prints
     */
    public Rclone(B2Emulator emulator, Path scratch) {
        this.emulator = emulator;
        this.scratch = scratch;
    }

    /** Skips the test that calls this where there is no rclone. */
    public static void require() {
        boolean found = Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, "rclone")));
        assumeTrue(found, "rclone is not installed");
    }

    /** Runs a command that must succeed, and returns what it prints. */
    public String run(String... arguments) throws IOException, InterruptedException {
        Path output = scratch.resolve("output");
        runTo(output, arguments);
        return Files.readString(output, StandardCharsets.UTF_8);
    }

    /** Runs a command that must succeed, and writes what it prints to a file. */
    public void runTo(Path output, String... arguments) throws IOException, InterruptedException {
        Process process = start(List.of(arguments), Map.of());
        Files.write(output, process.getInputStream().readAllBytes());
        assertThat(process.waitFor())
                .as(() -> String.join(" ", arguments) + "\n" + readErrors())
                .isZero();
    }

    private String readErrors() {
        try {
            return Files.readString(scratch.resolve("errors"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** Starts a command with some environment variables besides those that tell of the emulator. */
    Process start(List<String> arguments, Map<String, String> environment) throws IOException {
        List<String> command = new ArrayList<>(List.of("rclone"));
        command.addAll(arguments);
        command.addAll(List.of("--b2-upload-cutoff", "5M", "--b2-chunk-size", "5M", "--retries", "1"));
        command.addAll(List.of("--low-level-retries", "1", "--config", "/dev/null"));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment()
                .putAll(Map.of(
                        "RCLONE_CONFIG_B2_TYPE", "b2",
                        "RCLONE_CONFIG_B2_ACCOUNT", emulator.keyId(),
                        "RCLONE_CONFIG_B2_KEY", emulator.applicationKey(),
                        "RCLONE_CONFIG_B2_ENDPOINT", emulator.endpoint().toString()));
        builder.environment().putAll(environment);
        builder.redirectError(scratch.resolve("errors").toFile());
        return builder.start();
    }
}
