package io.gpusnapshot.codec.lz4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import io.gpusnapshot.codec.Codec;
import io.gpusnapshot.error.DataIntegrityException;
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
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames to and from the {@code lz4} command-line tool. */
class Lz4ToolTest {
    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    private final Codec codec = new Lz4Codec();
    private final Path folder;

    Lz4ToolTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @BeforeEach
    void requireTool() throws IOException, InterruptedException {
        try {
            lz4(new byte[0], "--version");
        } catch (IOException missing) {
            abort("the lz4 tool is not installed: " + missing.getMessage());
        }
    }

    @ParameterizedTest
    @EnumSource
    void theToolReadsOurFrames(DataSets kind) throws IOException, InterruptedException {
        byte[] raw = kind.sample(random);
        assertThat(lz4(frameOf(raw), "-dc")).isEqualTo(raw);
    }

    @ParameterizedTest
    @EnumSource
    void theToolReadsOurStreams(DataSets kind) throws IOException, InterruptedException {
        byte[] raw = kind.sample(random);
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        try (OutputStream encoder = codec.encoder(frame)) {
            encoder.write(raw);
        }
        assertThat(lz4(frame.toByteArray(), "-dc")).isEqualTo(raw);
    }

    @Test
    void theToolReadsFramesOfSeveralLargeBlocks() throws IOException, InterruptedException {
        byte[] raw = DataSets.MIXED.ofLength(9_000_000, random);
        assertThat(lz4(frameOf(raw), "-dc")).isEqualTo(raw);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-B4", "-B5", "-B6", "-B7", "-B7 -9", "-B7 -BX", "-B4 -BX --no-frame-crc", "-BD -B7"})
    void framesOfTheToolAreRead(String options) throws IOException, InterruptedException {
        for (DataSets kind : DataSets.values()) {
            byte[] raw = kind.sample(random);
            assertDecodes(lz4File(raw, options), raw);
            assertDecodes(lz4File(raw, options + " --content-size"), raw);
        }
    }

    @Test
    void linkedBlocksAreRefusedByName() throws IOException, InterruptedException {
        byte[] raw = DataSets.TEXT.sample(random);
        byte[] frame = lz4File(raw, "-BD -B4");
        assertThatThrownBy(() -> codec.decode(ByteBuffer.wrap(frame), ByteBuffer.allocate(raw.length)))
                .isInstanceOf(DataIntegrityException.class)
                .hasMessageContaining("linked blocks");
    }

    private byte[] frameOf(byte[] raw) {
        ByteBuffer encoded = ByteBuffer.allocateDirect(raw.length + 100);
        assertThat(codec.encode(ByteBuffer.wrap(raw), encoded)).isTrue();
        byte[] frame = new byte[encoded.flip().remaining()];
        encoded.get(frame);
        return frame;
    }

    private void assertDecodes(byte[] frame, byte[] raw) throws IOException {
        ByteBuffer decoded = ByteBuffer.allocate(raw.length);
        codec.decode(ByteBuffer.wrap(frame), decoded);
        assertThat(decoded.array()).isEqualTo(raw);
        try (InputStream decoder = codec.decoder(new ByteArrayInputStream(frame))) {
            assertThat(decoder.readAllBytes()).isEqualTo(raw);
        }
    }

    /** Encodes a file, which unlike a pipe has a length to put into the frame. */
    private byte[] lz4File(byte[] raw, String options) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(options.split(" ")));
        arguments.add("-c");
        arguments.add(Files.write(folder.resolve("raw"), raw).toString());
        return lz4(new byte[0], arguments.toArray(String[]::new));
    }

    private byte[] lz4(byte[] input, String... arguments) throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        Path errors = folder.resolve("errors");
        List<String> command = new ArrayList<>(List.of("lz4"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectInput(Files.write(folder.resolve("input"), input).toFile())
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile())
                .start();
        assertThat(process.waitFor()).as(() -> readQuietly(errors)).isZero();
        return Files.readAllBytes(output);
    }

    private static String readQuietly(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            return unreadable.toString();
        }
    }
}
