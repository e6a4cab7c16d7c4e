package io.gpusnapshot.storage.b2.emulatortest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gpusnapshot.storage.b2.emulator.B2Emulator;
import io.gpusnapshot.storage.b2.emulator.Operation;
import io.gpusnapshot.testing.SeededRandom;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The emulator through rclone, which was written for the real B2. */
@Timeout(120)
final class RcloneIT {
    private static final int LARGE_BYTES = 12_000_000;

    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    private Path folder;
    private Path source;
    private B2Emulator emulator;

    @BeforeAll
    static void findRclone() {
        boolean found = Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, "rclone")));
        assumeTrue(found, "rclone is not installed");
    }

    @BeforeEach
    void start(@TempDir Path temporary) throws Exception {
        folder = temporary;
        emulator = B2Emulator.builder().root(folder.resolve("b2")).start();
        source = Files.createDirectories(folder.resolve("source"));
        Files.createDirectories(source.resolve("a/b ü"));
        Files.write(source.resolve("large"), random.nextBytes(LARGE_BYTES));
        Files.write(source.resolve("a/small"), random.nextBytes(1000));
        Files.write(source.resolve("a/empty"), new byte[0]);
        Files.writeString(source.resolve("a/b ü/strange + %name"), "strange");
        rclone("mkdir", "b2:rclone-bucket");
    }

    @AfterEach
    void stop() throws IOException {
        emulator.close();
    }

    @Test
    void aTreeComesBackAsItWas() throws Exception {
        copyTree();
        assertThat(emulator.traffic().calls(Operation.FINISH_LARGE_FILE)).isEqualTo(1);
        assertThat(emulator.traffic().calls(Operation.UPLOAD_PART)).isEqualTo(3);
        rclone("check", "--download", source.toString(), "b2:rclone-bucket/tree");
        rclone("check", source.toString(), "b2:rclone-bucket/tree");
        rclone("copy", "b2:rclone-bucket/tree", folder.resolve("back").toString());
        assertThat(folder.resolve("back/large")).hasSameBinaryContentAs(source.resolve("large"));
        assertThat(rclone("lsf", "-R", "--files-only", "b2:rclone-bucket/tree").lines())
                .containsExactlyInAnyOrder("large", "a/small", "a/empty", "a/b ü/strange + %name");
        assertThat(rclone("lsf", "b2:rclone-bucket/tree").lines()).containsExactlyInAnyOrder("a/", "large");
    }

    @Test
    void aPartOfAFileIsReadAlone() throws Exception {
        copyTree();
        byte[] large = Files.readAllBytes(source.resolve("large"));
        Path output = folder.resolve("output");
        rcloneTo(output, "cat", "--offset", "6000000", "--count", "70000", "b2:rclone-bucket/tree/large");
        assertThat(Files.readAllBytes(output)).isEqualTo(Arrays.copyOfRange(large, 6_000_000, 6_070_000));
        assertThat(emulator.traffic().bytesSent(Operation.DOWNLOAD_BY_NAME)
                        + emulator.traffic().bytesSent(Operation.DOWNLOAD_BY_ID))
                .isLessThan(LARGE_BYTES);
    }

    @Test
    void copiesStayWithinTheStore() throws Exception {
        copyTree();
        emulator.traffic().reset();
        rclone("copyto", "b2:rclone-bucket/tree/a/small", "b2:rclone-bucket/copy/small");
        rclone("copyto", "b2:rclone-bucket/tree/large", "b2:rclone-bucket/copy/large");
        assertThat(emulator.traffic().calls(Operation.COPY_FILE)).isPositive();
        assertThat(emulator.traffic().calls(Operation.UPLOAD_FILE)).isZero();
        assertThat(emulator.traffic().bytesSent(Operation.DOWNLOAD_BY_NAME)).isZero();
        rclone("check", "--download", "--one-way", "b2:rclone-bucket/copy", source.toString(), "--include", "large");
    }

    @Test
    void deletedFilesLiveOnAsVersions() throws Exception {
        copyTree();
        rclone("delete", "b2:rclone-bucket/tree/a");
        assertThat(rclone("lsf", "-R", "--files-only", "b2:rclone-bucket/tree").lines())
                .containsExactly("large");
        assertThat(rclone("lsf", "-R", "--files-only", "--b2-versions", "b2:rclone-bucket/tree")
                        .lines())
                .hasSize(4);
        rclone("cleanup", "b2:rclone-bucket");
        assertThat(rclone("lsf", "-R", "--files-only", "--b2-versions", "b2:rclone-bucket/tree")
                        .lines())
                .containsExactly("large");
    }

    @Test
    void aPurgeTakesFilesVersionsAndBucket() throws Exception {
        copyTree();
        rclone("delete", "b2:rclone-bucket/tree/a");
        rclone("purge", "b2:rclone-bucket");
        assertThat(rclone("lsf", "b2:")).isEmpty();
    }

    @Test
    void aWrongKeyIsRefused() throws Exception {
        Process process = start(List.of("lsf", "b2:"), Map.of("RCLONE_CONFIG_B2_KEY", "wrong"));
        process.getInputStream().readAllBytes();
        assertThat(process.waitFor()).isNotZero();
    }

    private void copyTree() throws Exception {
        rclone("copy", source.toString(), "b2:rclone-bucket/tree");
    }

    private String rclone(String... arguments) throws Exception {
        Path output = folder.resolve("output");
        rcloneTo(output, arguments);
        return Files.readString(output, StandardCharsets.UTF_8);
    }

    private void rcloneTo(Path output, String... arguments) throws Exception {
        Process process = start(List.of(arguments), Map.of());
        Files.write(output, process.getInputStream().readAllBytes());
        assertThat(process.waitFor())
                .as(() -> String.join(" ", arguments) + "\n" + readErrors())
                .isZero();
    }

    private String readErrors() {
        try {
            return Files.readString(folder.resolve("errors"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private Process start(List<String> arguments, Map<String, String> environment) throws IOException {
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
        builder.redirectError(folder.resolve("errors").toFile());
        return builder.start();
    }
}
