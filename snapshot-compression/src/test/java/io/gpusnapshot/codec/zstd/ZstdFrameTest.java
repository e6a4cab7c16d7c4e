package io.gpusnapshot.codec.zstd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdOutputStream;
import io.gpusnapshot.codec.Codec;
import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.testing.DataSets;
import io.gpusnapshot.testing.SeededRandom;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames that stand for something else than one chunk, and levels. */
class ZstdFrameTest {
    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    private final Codec codec = new ZstdCodec();

    @Test
    void aFrameCarriesItsRawLength() {
        ByteBuffer frame = encode(codec, DataSets.TEXT.ofLength(70_000, random));
        assertThat(Zstd.getFrameContentSize(frame)).isEqualTo(70_000);
    }

    @Test
    void twoFramesAreNotTakenForOne() {
        byte[] raw = DataSets.TEXT.ofLength(1000, random);
        ByteBuffer first = encode(codec, raw);
        ByteBuffer both = ByteBuffer.allocate(2 * first.remaining())
                .put(first.duplicate())
                .put(first)
                .flip();
        assertRefused(both, 2 * raw.length, "raw bytes");
        assertRefused(both, raw.length, "surplus");
    }

    @Test
    void skippableFramesAreRefused() {
        ByteBuffer frame = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putInt(0x184D2A50);
        assertRefused(frame.putInt(0).flip(), 0, "magic number");
    }

    @ParameterizedTest
    @ValueSource(ints = {0xFD2FB522, 0xFD2FB523, 0xFD2FB524, 0xFD2FB525, 0xFD2FB526, 0xFD2FB527})
    void framesOfOldVersionsAreRefused(int magic) {
        ByteBuffer frame = encode(codec, new byte[100]).order(ByteOrder.LITTLE_ENDIAN);
        assertRefused(frame.putInt(0, magic), 100, "magic number");
    }

    @Test
    void streamsThatNeedMuchMemoryAreRefused() throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        try (ZstdOutputStream encoder = new ZstdOutputStream(frame, 1)) {
            encoder.setLong(24);
            encoder.write(DataSets.TEXT.ofLength(1000, random));
        }
        try (InputStream decoder = codec.decoder(new ByteArrayInputStream(frame.toByteArray()))) {
            assertThatThrownBy(decoder::readAllBytes)
                    .isInstanceOf(DataIntegrityException.class)
                    .hasMessageContaining("memory");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-5, 1, 9, 19})
    void everyLevelIsReadByTheSameDecoder(int level) throws IOException {
        byte[] raw = DataSets.TEXT.ofLength(300_000, random);
        ByteBuffer decoded = ByteBuffer.allocate(raw.length);
        codec.decode(encode(new ZstdCodec(level), raw), decoded);
        assertThat(decoded.array()).isEqualTo(raw);
    }

    @Test
    void higherLevelsMakeSmallerFrames() {
        byte[] raw = DataSets.TEXT.ofLength(300_000, random);
        assertThat(encode(new ZstdCodec(19), raw).remaining())
                .isLessThan(encode(new ZstdCodec(1), raw).remaining());
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 22, Integer.MIN_VALUE})
    void levelsThatNeedMuchMemoryAreRefused(int level) {
        assertThatThrownBy(() -> new ZstdCodec(level)).isInstanceOf(IllegalArgumentException.class);
    }

    private static ByteBuffer encode(Codec codec, byte[] raw) {
        ByteBuffer frame = ByteBuffer.allocateDirect(raw.length + 100);
        assertThat(codec.encode(ByteBuffer.wrap(raw), frame)).isTrue();
        return frame.flip();
    }

    private void assertRefused(ByteBuffer frame, int rawBytes, String message) {
        assertThatThrownBy(() -> codec.decode(frame, ByteBuffer.allocateDirect(rawBytes)))
                .isInstanceOf(DataIntegrityException.class)
                .hasMessageContaining(message);
    }
}
