package io.gpusnapshot.codec.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gpusnapshot.testing.DataSets;
import io.gpusnapshot.testing.SeededRandom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Jazzer searches for frames that harm a decoder, led by the branches that earlier ones took. Run by the profile {@code
 * fuzz} alone, for {@code fuzz.seconds} a codec; what it found interesting, and what did harm, is kept in {@code
 * target/fuzz}.
 */
class JazzerFuzzTest {
    private static final String JAZZER = "com.code_intelligence.jazzer.Jazzer";
    private static final int SEEDS_PER_KIND = 4;
    /** Long for a decoder of a few kilobytes, even on a machine that has other things to do. */
    private static final int HANG_SECONDS = 120;

    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    @ParameterizedTest
    @ValueSource(strings = {"lz4", "zstd", "floats"})
    void noFrameHarms(String id) throws IOException, InterruptedException {
        int seconds = Integer.getInteger("fuzz.seconds", 0);
        assumeTrue(seconds > 0, "Jazzer runs in the profile fuzz only");
        Path directory = Files.createDirectories(Path.of("target/fuzz/" + id + "/corpus"));
        writeSeeds(id, directory);

        assertThat(jazzer(id, seconds, directory).start().waitFor())
                .as("exit code of Jazzer")
                .isZero();
    }

    private void writeSeeds(String id, Path directory) throws IOException {
        FuzzedDecoder decoder = FuzzedDecoder.of(id);
        for (DataSets kind : DataSets.values()) {
            for (int i = 0; i < SEEDS_PER_KIND; i++) {
                Path seed = directory.resolve("seed-" + kind + "-" + i);
                Files.write(seed, DecoderFuzzTarget.input(decoder.frame(kind, random)));
            }
        }
    }

    private static ProcessBuilder jazzer(String id, int seconds, Path directory) {
        return new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx1g",
                        "-cp",
                        System.getProperty("java.class.path"),
                        JAZZER,
                        "--target_class=" + DecoderFuzzTarget.class.getName(),
                        "--target_args=" + id,
                        "--instrumentation_includes=io.gpusnapshot.codec.**",
                        "--reproducer_path=" + directory.getParent(),
                        "-artifact_prefix=" + directory.getParent() + "/",
                        "-max_total_time=" + seconds,
                        "-max_len=" + 2 * FuzzedDecoder.MAX_RAW_BYTES,
                        "-timeout=" + HANG_SECONDS,
                        directory.toString()))
                .inheritIO();
    }
}
