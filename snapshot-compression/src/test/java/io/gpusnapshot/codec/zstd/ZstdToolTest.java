package io.gpusnapshot.codec.zstd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.gpusnapshot.codec.Codec;
import io.gpusnapshot.testing.DataSets;
import io.gpusnapshot.testing.SeededRandom;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Frames to and from the {@code zstd} command-line tool. */
class ZstdToolTest {
    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    private final Codec codec = new ZstdCodec();
    private final Path folder;

    ZstdToolTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @BeforeEach
    void requireTool() throws IOException, InterruptedException {
        try {
            zstd(new byte[0], "--version");
        } catch (IOException missing) {
            abort("the zstd tool is not installed: " + missing.getMessage());
        }
    }

    @ParameterizedTest
    @EnumSource
    void theToolReadsOurFrames(DataSets kind) throws IOException, InterruptedException {
        byte[] raw = kind.sample(random);
        ByteBuffer frame = ByteBuffer.allocate(raw.length + raw.length / 100 + 100);
        assertThat(codec.encode(ByteBuffer.wrap(raw), frame)).isTrue();
        byte[] bytes = new byte[frame.position()];
        frame.get(0, bytes);
        assertThat(zstd(bytes, "-dc")).isEqualTo(raw);
    }

    @ParameterizedTest
    @EnumSource
    void theToolReadsOurStreams(DataSets kind) throws IOException, InterruptedException {
        byte[] raw = kind.sample(random);
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        try (OutputStream encoder = codec.encoder(frame)) {
            encoder.write(raw);
        }
        assertThat(zstd(frame.toByteArray(), "-dc")).isEqualTo(raw);
    }

    @ParameterizedTest
    @EnumSource
    void framesOfTheToolAreRead(DataSets kind) throws IOException, InterruptedException {
        byte[] raw = kind.sample(random);
        byte[] frame = zstd(raw, "-c");
        ByteBuffer decoded = ByteBuffer.allocate(raw.length);
        codec.decode(ByteBuffer.wrap(frame), decoded);
        assertThat(decoded.array()).isEqualTo(raw);
        try (InputStream decoder = codec.decoder(new ByteArrayInputStream(frame))) {
            assertThat(decoder.readAllBytes()).isEqualTo(raw);
        }
    }

    private byte[] zstd(byte[] input, String option) throws IOException, InterruptedException {
        Path source = Files.write(folder.resolve("input"), input);
        Process process = new ProcessBuilder(List.of("zstd", "-q", option))
                .redirectInput(source.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        byte[] output = process.getInputStream().readAllBytes();
        assertThat(process.waitFor()).isZero();
        return output;
    }
}
