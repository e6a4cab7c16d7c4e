package io.gpusnapshot.storage.b2;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** No logger of ours or of any library tells a key or a token, whatever its level. */
@Timeout(60)
class B2SecrecyTest {
    private static final String LOG_EVERYTHING = """
            handlers = java.util.logging.ConsoleHandler
            .level = ALL
            java.util.logging.ConsoleHandler.level = ALL
            """;

    private static Process start(Path folder, Path log) throws IOException {
        Path levels = Files.writeString(folder.resolve("logging.properties"), LOG_EVERYTHING);
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=trace",
                        "-Djava.util.logging.config.file=" + levels,
                        "-cp",
                        System.getProperty("java.class.path"),
                        TalkativeJob.class.getName(),
                        folder.toString())
                .redirectError(log.toFile())
                .start();
    }

    @Test
    void noLogTellsAKeyOrAToken(@TempDir Path folder) throws Exception {
        Path log = folder.resolve("log");
        Process job = start(folder, log);
        String key = new String(job.getInputStream().readAllBytes(), UTF_8);
        assertThat(job.waitFor()).as("exit code").isZero();

        String text = Files.readString(log);
        // Both HTTP clients, and the emulator, have told what they do.
        assertThat(text).contains("hc.client5").contains("org.apache.http.impl").contains("cap_exceeded");
        assertThat(key).hasSizeGreaterThan(20);
        assertThat(text).doesNotContain(key);
        // The tokens of the emulator, the key in a Basic header, and any header that would hold either.
        assertThat(text).doesNotContainPattern("4_[0-9a-f]{60}").doesNotContain("K001" + "0".repeat(27));
        assertThat(text).doesNotContainPattern("(?i)authorization\"?[:=]|Basic [A-Za-z0-9+/]{16}");
        assertThat(text.lines().count()).isGreaterThan(100);
    }
}
