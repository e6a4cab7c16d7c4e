package io.gpusnapshot.codec.floats;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.codec.Codec;
import io.gpusnapshot.testing.SeededRandom;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What numbers become, wherever they begin, and that it is them again afterwards. */
class FloatsRatioTest {
    private static final int LENGTH = 600_000;

    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    private final Codec codec = new FloatsCodec();

    @ParameterizedTest
    @CsvSource({
        "BF16, 0.67",
        "FP16, 0.86",
        "FP32, 0.84",
        "FP32_BORN_FP16, 0.45",
        "FP32_BORN_BF16, 0.34",
        "FP64_BORN_FP32, 0.50",
        "INT64, 0.25",
    })
    void numbersShrinkAtEveryPhase(Numbers kind, double most) throws IOException {
        for (int phase = 0; phase < kind.width(); phase++) {
            byte[] raw = kind.bytes(LENGTH, phase, random);
            assertThat(storedBytes(raw)).as("phase %d", phase).isLessThan((int) (most * LENGTH));
        }
    }

    @Test
    void tensorsOfOtherKindsAndPhasesFollowEachOther() throws IOException {
        ByteBuffer tensors = ByteBuffer.allocate(20 * LENGTH);
        for (int round = 0; round < 2; round++) {
            for (Numbers kind : Numbers.values()) {
                tensors.put(kind.bytes(LENGTH + random.nextInt(8), random.nextInt(kind.width()), random));
            }
        }
        byte[] raw = Arrays.copyOf(tensors.array(), tensors.position());
        assertThat(storedBytes(raw)).isLessThan(raw.length * 62 / 100);
    }

    @Test
    void noiseHardlyGrows() throws IOException {
        byte[] raw = random.nextBytes(4 << 20);
        assertThat(storedBytes(raw)).isLessThan(raw.length + raw.length / 1000);
    }

    @Test
    void oneValueAllOverTakesNextToNothing() throws IOException {
        byte[] raw = new byte[4 << 20];
        Arrays.fill(raw, (byte) 42);
        assertThat(storedBytes(raw)).isLessThan(2000);
        assertThat(storedBytes(new byte[4 << 20])).isLessThan(2000);
    }

    @ParameterizedTest
    @EnumSource
    void extremeBitsSurvive(Extremes extremes) throws IOException {
        ByteBuffer raw = ByteBuffer.allocate(300_000);
        while (raw.remaining() >= Integer.BYTES) {
            raw.putInt(extremes.next(random));
        }
        storedBytes(raw.array());
    }

    /** Encodes, decodes and compares. */
    private int storedBytes(byte[] raw) throws IOException {
        ByteBuffer frame = ByteBuffer.allocateDirect(raw.length + raw.length / 1000 + 100);
        assertThat(codec.encode(ByteBuffer.wrap(raw), frame)).isTrue();
        ByteBuffer decoded = ByteBuffer.allocateDirect(raw.length);
        codec.decode(frame.flip(), decoded);
        assertThat(decoded.flip()).isEqualTo(ByteBuffer.wrap(raw));
        byte[] bytes = new byte[frame.remaining()];
        frame.get(0, bytes);
        assertThat(new PlainFloats().decode(bytes)).isEqualTo(raw);
        return bytes.length;
    }

    /** Bits that arithmetic would not keep: nothing here may ever be computed with as a number. */
    enum Extremes {
        SIGNALLING_NANS_WITH_PAYLOADS {
            @Override
            int next(SeededRandom random) {
                return 0x7F80_0001 | random.nextInt(1 << 22) | (random.nextInt(2) << 31);
            }
        },
        DENORMALS {
            @Override
            int next(SeededRandom random) {
                return random.nextInt(1 << 23) | (random.nextInt(2) << 31);
            }
        },
        ZEROS_OF_BOTH_SIGNS_AND_INFINITIES {
            @Override
            int next(SeededRandom random) {
                return (random.nextInt(2) << 31) | (0x7F80_0000 * random.nextInt(2));
            }
        };

        abstract int next(SeededRandom random);
    }
}
