package io.gpusnapshot.storage.b2.emulatortest;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.storage.b2.emulator.B2Emulator;
import io.gpusnapshot.storage.b2.emulator.Operation;
import io.gpusnapshot.testing.SeededRandom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
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
    private Rclone rclone;

    @BeforeAll
    static void findRclone() {
        Rclone.require();
    }

    @BeforeEach
    void start(@TempDir Path temporary) throws Exception {
        folder = temporary;
        emulator = B2Emulator.builder().root(folder.resolve("b2")).start();
        rclone = new Rclone(emulator, folder);
        source = Files.createDirectories(folder.resolve("source"));
        Files.createDirectories(source.resolve("a/b ü"));
        Files.write(source.resolve("large"), random.nextBytes(LARGE_BYTES));
        Files.write(source.resolve("a/small"), random.nextBytes(1000));
        Files.write(source.resolve("a/empty"), new byte[0]);
        Files.writeString(source.resolve("a/b ü/strange + %name"), "strange");
        rclone.run("mkdir", "b2:rclone-bucket");
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
        rclone.run("check", "--download", source.toString(), "b2:rclone-bucket/tree");
        rclone.run("check", source.toString(), "b2:rclone-bucket/tree");
        rclone.run("copy", "b2:rclone-bucket/tree", folder.resolve("back").toString());
        assertThat(folder.resolve("back/large")).hasSameBinaryContentAs(source.resolve("large"));
        assertThat(rclone.run("lsf", "-R", "--files-only", "b2:rclone-bucket/tree")
                        .lines())
                .containsExactlyInAnyOrder("large", "a/small", "a/empty", "a/b ü/strange + %name");
        assertThat(rclone.run("lsf", "b2:rclone-bucket/tree").lines()).containsExactlyInAnyOrder("a/", "large");
    }

    @Test
    void aPartOfAFileIsReadAlone() throws Exception {
        copyTree();
        byte[] large = Files.readAllBytes(source.resolve("large"));
        Path output = folder.resolve("output");
        rclone.runTo(output, "cat", "--offset", "6000000", "--count", "70000", "b2:rclone-bucket/tree/large");
        assertThat(Files.readAllBytes(output)).isEqualTo(Arrays.copyOfRange(large, 6_000_000, 6_070_000));
        assertThat(emulator.traffic().bytesSent(Operation.DOWNLOAD_BY_NAME)
                        + emulator.traffic().bytesSent(Operation.DOWNLOAD_BY_ID))
                .isLessThan(LARGE_BYTES);
    }

    @Test
    void copiesStayWithinTheStore() throws Exception {
        copyTree();
        emulator.traffic().reset();
        rclone.run("copyto", "b2:rclone-bucket/tree/a/small", "b2:rclone-bucket/copy/small");
        rclone.run("copyto", "b2:rclone-bucket/tree/large", "b2:rclone-bucket/copy/large");
        assertThat(emulator.traffic().calls(Operation.COPY_FILE)).isPositive();
        assertThat(emulator.traffic().calls(Operation.UPLOAD_FILE)).isZero();
        assertThat(emulator.traffic().bytesSent(Operation.DOWNLOAD_BY_NAME)).isZero();
        rclone.run(
                "check", "--download", "--one-way", "b2:rclone-bucket/copy", source.toString(), "--include", "large");
    }

    @Test
    void deletedFilesLiveOnAsVersions() throws Exception {
        copyTree();
        rclone.run("delete", "b2:rclone-bucket/tree/a");
        assertThat(rclone.run("lsf", "-R", "--files-only", "b2:rclone-bucket/tree")
                        .lines())
                .containsExactly("large");
        assertThat(rclone.run("lsf", "-R", "--files-only", "--b2-versions", "b2:rclone-bucket/tree")
                        .lines())
                .hasSize(4);
        rclone.run("cleanup", "b2:rclone-bucket");
        assertThat(rclone.run("lsf", "-R", "--files-only", "--b2-versions", "b2:rclone-bucket/tree")
                        .lines())
                .containsExactly("large");
    }

    @Test
    void aPurgeTakesFilesVersionsAndBucket() throws Exception {
        copyTree();
        rclone.run("delete", "b2:rclone-bucket/tree/a");
        rclone.run("purge", "b2:rclone-bucket");
        assertThat(rclone.run("lsf", "b2:")).isEmpty();
    }

    @Test
    void aWrongKeyIsRefused() throws Exception {
        Process process = rclone.start(List.of("lsf", "b2:"), Map.of("RCLONE_CONFIG_B2_KEY", "wrong"));
        process.getInputStream().readAllBytes();
        assertThat(process.waitFor()).isNotZero();
    }

    private void copyTree() throws Exception {
        rclone.run("copy", source.toString(), "b2:rclone-bucket/tree");
    }
}
