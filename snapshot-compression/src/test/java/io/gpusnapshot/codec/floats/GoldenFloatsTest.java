package io.gpusnapshot.codec.floats;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames of version 1, written by the first release of the codec and by the plain one, stay readable for ever. */
class GoldenFloatsTest {
    private static final int PART_BYTES = 3002;

    @ParameterizedTest
    @ValueSource(strings = {"codec.floats", "plain.floats"})
    void goldenFramesAreRead(String name) throws IOException {
        byte[] frame = resource(name);
        byte[] raw = content();
        ByteBuffer decoded = ByteBuffer.allocateDirect(raw.length);
        new FloatsCodec().decode(ByteBuffer.wrap(frame), decoded);
        assertThat(decoded.flip()).isEqualTo(ByteBuffer.wrap(raw));
        assertThat(new PlainFloats().decode(frame)).isEqualTo(raw);
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream stream = GoldenFloatsTest.class.getResourceAsStream("/golden/floats-v1/" + name)) {
            if (stream == null) {
                throw new IllegalStateException("no resource " + name);
            }
            return stream.readAllBytes();
        }
    }

    /** Numbers of every width that follow from each other by whole-number arithmetic, so no seed is needed. */
    static byte[] content() {
        ByteBuffer bytes = ByteBuffer.allocate(6 * PART_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        long state = 1;
        for (int part = 0; part < 6; part++) {
            int end = (part + 1) * PART_BYTES;
            while (bytes.position() < end) {
                state = state * 6364136223846793005L + 1442695040888963407L;
                put(part, state >>> 16, bytes, end);
            }
        }
        return bytes.array();
    }

    private static void put(int part, long noise, ByteBuffer bytes, int end) {
        int exponent = 110 + (int) ((noise >>> 24) & 7);
        int single = (int) (noise & 0x807F_FFFFL) | (exponent << 23);
        if (part == 0 || end - bytes.position() < Long.BYTES) {
            bytes.put((byte) (noise & 15));
        } else if (part == 1) {
            bytes.putShort((short) (single >>> 16));
        } else if (part == 2) {
            bytes.putInt(single);
        } else if (part == 3) {
            bytes.putInt(single & 0xFFFF_E000);
        } else if (part == 4) {
            bytes.putLong(noise & 0xFFFF);
        } else {
            bytes.putLong(noise);
        }
    }
}
