package io.gpusnapshot.codec.choice;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.codec.Codec;
import io.gpusnapshot.codec.CodecRegistry;
import io.gpusnapshot.internal.chunk.ChunkEncoder;
import io.gpusnapshot.internal.chunk.EncodedChunk;
import io.gpusnapshot.testing.DataSets;
import io.gpusnapshot.testing.SeededRandom;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class AutomaticChoiceTest {
    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    private final CodecRegistry codecs = CodecRegistry.fromClassPath();

    @ParameterizedTest
    @CsvSource({"BF16, floats", "RANDOM, none"})
    void weightsAreTakenApartAndNoiseIsLeftAlone(DataSets kind, String expected) {
        assertThat(encode(kind.ofLength(4 << 20, random), codecsToChooseFrom()).codec())
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"TEXT, 1000", "TEXT, 100000", "BF16, 100000", "BF16, 4194304", "RANDOM, 4194304", "MIXED, 120000"})
    void hardlyAnyCodecAloneWouldHaveDoneBetter(DataSets kind, int length) {
        byte[] raw = kind.ofLength(length, random);
        int chosen = storedBytes(encode(raw, codecsToChooseFrom()));
        for (Codec codec : codecsToChooseFrom()) {
            assertThat(chosen).as(codec.id()).isLessThanOrEqualTo(storedBytes(encode(raw, List.of(codec))) * 102 / 100);
        }
    }

    @ParameterizedTest
    @EnumSource(DataSets.class)
    void whatWasChosenIsWhatIsStored(DataSets kind) throws IOException {
        for (int length : new int[] {1, 100, 5000, 30_228, 120_000, 300_000}) {
            byte[] raw = kind.ofLength(length, random);
            EncodedChunk chunk = encode(raw, codecsToChooseFrom());
            ByteBuffer decoded = ByteBuffer.allocate(length);

            codecs.require(chunk.codec(), "chunk").decode(chunk.stored().orElseThrow(), decoded);

            assertThat(decoded.array())
                    .as("%d bytes by %s", length, chunk.codec())
                    .isEqualTo(raw);
        }
    }

    @Test
    void aCodecThatTriesInVainDoesNoHarmToTheFrameOfAnother() throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 2000; i++) {
            lines.append("line ")
                    .append(i)
                    .append(' ')
                    .append(random.nextInt(0, 32768))
                    .append('\n');
        }
        byte[] raw = lines.toString().getBytes(StandardCharsets.US_ASCII);
        EncodedChunk chunk = encode(raw, codecsToChooseFrom());
        ByteBuffer decoded = ByteBuffer.allocate(raw.length);

        codecs.require(chunk.codec(), "chunk").decode(chunk.stored().orElseThrow(), decoded);

        assertThat(decoded.array()).isEqualTo(raw);
    }

    private List<Codec> codecsToChooseFrom() {
        return List.of(
                codecs.find("floats").orElseThrow(),
                codecs.find("lz4").orElseThrow(),
                codecs.find("zstd").orElseThrow());
    }

    private static EncodedChunk encode(byte[] raw, List<Codec> candidates) {
        ByteBuffer chunk = ByteBuffer.allocateDirect(raw.length).put(raw).flip();
        return new ChunkEncoder(candidates, id -> false).encode(chunk, ByteBuffer.allocateDirect(raw.length));
    }

    private static int storedBytes(EncodedChunk chunk) {
        return chunk.stored().orElseThrow().remaining();
    }
}
