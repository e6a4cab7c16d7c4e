package io.gpusnapshot.codec.lz4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gpusnapshot.codec.Codec;
import io.gpusnapshot.error.DataIntegrityException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import net.jpountz.xxhash.XXHashFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames made by hand, and the bytes of ours. */
class Lz4FrameTest {
    private static final int VERSION_1 = 0x40;
    private static final int INDEPENDENT = 0x20;
    private static final int BLOCK_CHECKSUM = 0x10;
    private static final int CONTENT_SIZE = 0x08;
    private static final int CONTENT_CHECKSUM = 0x04;
    private static final int PLAIN = VERSION_1 | INDEPENDENT;
    private static final int BLOCKS_OF_64_KIB = 0x40;
    private static final int STORED = 0x80000000;
    private static final byte[] HELLO = "hello".getBytes(StandardCharsets.US_ASCII);

    private final Codec codec = new Lz4Codec();

    @Test
    void aPlainFrameIsRead() throws IOException {
        assertRead(header(PLAIN, BLOCKS_OF_64_KIB).putInt(STORED | 5).put(HELLO).putInt(0));
    }

    @Test
    void aBlockOfNothingIsRead() throws IOException {
        ByteBuffer frame = header(PLAIN, BLOCKS_OF_64_KIB).putInt(STORED).putInt(STORED | 5);
        assertRead(frame.put(HELLO).putInt(0));
    }

    @Test
    void allChecksumsAndTheContentSizeAreRead() throws IOException {
        assertRead(withEverything(5, hash(HELLO), hash(HELLO)));
    }

    @Test
    void aWrongBlockChecksumIsRefused() {
        assertRefused(withEverything(5, hash(HELLO) + 1, hash(HELLO)), 15, "checksum of a block");
    }

    @Test
    void aWrongContentChecksumIsRefused() {
        assertRefused(withEverything(5, hash(HELLO), hash(HELLO) + 1), 32, "checksum of the content");
    }

    @Test
    void aWrongContentSizeIsRefused() {
        ByteBuffer frame = withEverything(6, hash(HELLO), hash(HELLO));
        assertThatThrownBy(() -> readStream(frame)).hasMessageContaining("claims 6 raw bytes");
        assertThatThrownBy(() -> readBuffer(frame)).hasMessageContaining("claims 6 raw bytes");
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE})
    void aContentSizeBeyondSignedLongsIsRefused(long size) {
        ByteBuffer frame = header(PLAIN | CONTENT_SIZE, BLOCKS_OF_64_KIB, size);
        assertRefused(frame.putInt(STORED | 5).put(HELLO).putInt(0), 6, "2^63");
    }

    @ParameterizedTest
    @CsvSource({
        "0x60, 0x30, 5, unknown code 3",
        "0x60, 0xC0, 5, reserved bit",
        "0x60, 0x41, 5, reserved bit",
        "0x62, 0x40, 4, reserved flag",
        "0x20, 0x40, 4, version",
        "0xA0, 0x40, 4, version",
        "0x40, 0x40, 4, linked blocks",
    })
    void headersThatMeanSomethingElseAreRefused(String flags, String blocks, long offset, String message) {
        ByteBuffer frame = header(Integer.decode(flags), Integer.decode(blocks));
        assertRefused(frame.putInt(STORED | 5).put(HELLO).putInt(0), offset, message);
    }

    @Test
    void dictionariesAreRefusedByName() {
        ByteBuffer frame = header(new byte[] {PLAIN | 1, BLOCKS_OF_64_KIB, 1, 2, 3, 4});
        assertRefused(frame.putInt(STORED | 5).put(HELLO).putInt(0), 4, "dictionary");
    }

    @Test
    void aWrongHeaderChecksumIsRefused() {
        ByteBuffer frame = header(PLAIN, BLOCKS_OF_64_KIB);
        frame.put(6, (byte) (frame.get(6) + 1));
        assertRefused(frame.putInt(STORED | 5).put(HELLO).putInt(0), 6, "checksum of its header");
    }

    @ParameterizedTest
    @ValueSource(ints = {0x184D2A50, 0x184C2102, 0xFD2FB528})
    void otherMagicNumbersAreRefused(int magic) {
        ByteBuffer frame = header(PLAIN, BLOCKS_OF_64_KIB).putInt(0, magic);
        assertRefused(frame.putInt(STORED | 5).put(HELLO).putInt(0), 0, "magic number");
    }

    @ParameterizedTest
    @ValueSource(ints = {65_537, Integer.MAX_VALUE, STORED | 65_537, -1})
    void blocksLongerThanTheHeaderAllowsAreRefused(int sizeWord) {
        assertRefused(header(PLAIN, BLOCKS_OF_64_KIB).putInt(sizeWord).put(HELLO), 7, "header allows 65536");
    }

    @Test
    void blocksThatDecodeToMoreThanTheHeaderAllowsAreRefused() throws IOException {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        try (OutputStream encoder = codec.encoder(stream)) {
            encoder.write(new byte[65_537]);
        }
        byte[] smallerBlocks = Arrays.copyOf(stream.toByteArray(), stream.size());
        smallerBlocks[5] = BLOCKS_OF_64_KIB;
        smallerBlocks[6] = (byte) (hash(Arrays.copyOfRange(smallerBlocks, 4, 6)) >> 8);
        assertThatThrownBy(() ->
                        readStream(ByteBuffer.allocate(smallerBlocks.length).put(smallerBlocks)))
                .isInstanceOf(DataIntegrityException.class)
                .hasMessageContaining("longer than the 65536 raw bytes");
        assertThatThrownBy(() -> codec.decode(ByteBuffer.wrap(smallerBlocks), ByteBuffer.allocate(65_537)))
                .isInstanceOf(DataIntegrityException.class)
                .hasMessageContaining("longer than the 65536 raw bytes");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0x40",
        "65536, 0x40",
        "65537, 0x50",
        "262144, 0x50",
        "262145, 0x60",
        "1048577, 0x70",
        "5000000, 0x70"
    })
    void chunksUseTheSmallestBlocksThatHoldThem(int length, String blocks) {
        ByteBuffer encoded = ByteBuffer.allocate(100_000);
        assertThat(codec.encode(ByteBuffer.allocate(length), encoded)).isTrue();
        assertThat(encoded.get(4)).isEqualTo((byte) (PLAIN | CONTENT_SIZE));
        assertThat(encoded.get(5)).isEqualTo(Integer.decode(blocks).byteValue());
        assertThat(encoded.order(ByteOrder.LITTLE_ENDIAN).getLong(6)).isEqualTo(length);
    }

    @Test
    void closedStreamsRefuseToWork() throws IOException {
        OutputStream encoder = codec.encoder(new ByteArrayOutputStream());
        encoder.close();
        assertThatThrownBy(() -> encoder.write(1)).hasMessageContaining("closed");
        assertThatThrownBy(() -> encoder.write(HELLO)).hasMessageContaining("closed");
        assertThatThrownBy(encoder::flush).hasMessageContaining("closed");
        InputStream decoder = codec.decoder(new ByteArrayInputStream(HELLO));
        decoder.close();
        assertThatThrownBy(decoder::read).hasMessageContaining("closed");
        assertThatThrownBy(decoder::available).hasMessageContaining("closed");
    }

    private static ByteBuffer withEverything(long size, int blockChecksum, int contentChecksum) {
        int flags = PLAIN | BLOCK_CHECKSUM | CONTENT_SIZE | CONTENT_CHECKSUM;
        ByteBuffer frame = header(flags, BLOCKS_OF_64_KIB, size);
        return frame.putInt(STORED | 5)
                .put(HELLO)
                .putInt(blockChecksum)
                .putInt(0)
                .putInt(contentChecksum);
    }

    private static ByteBuffer header(int flags, int blocks) {
        return header(new byte[] {(byte) flags, (byte) blocks});
    }

    private static ByteBuffer header(int flags, int blocks, long contentSize) {
        ByteBuffer descriptor = ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN);
        return header(descriptor
                .put((byte) flags)
                .put((byte) blocks)
                .putLong(contentSize)
                .array());
    }

    private static ByteBuffer header(byte[] descriptor) {
        return ByteBuffer.allocate(100)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0x184D2204)
                .put(descriptor)
                .put((byte) (hash(descriptor) >> 8));
    }

    private static int hash(byte[] bytes) {
        return XXHashFactory.safeInstance().hash32().hash(bytes, 0, bytes.length, 0);
    }

    private void assertRead(ByteBuffer frame) throws IOException {
        assertThat(readBuffer(frame)).isEqualTo(HELLO);
        assertThat(readStream(frame)).isEqualTo(HELLO);
    }

    private void assertRefused(ByteBuffer frame, long offset, String message) {
        assertThatThrownBy(() -> readBuffer(frame))
                .hasMessageContaining(message)
                .isInstanceOfSatisfying(
                        DataIntegrityException.class,
                        damage -> assertThat(damage.offset()).isEqualTo(offset));
        assertThatThrownBy(() -> readStream(frame))
                .hasMessageContaining(message)
                .isInstanceOfSatisfying(
                        DataIntegrityException.class,
                        damage -> assertThat(damage.offset()).isEqualTo(offset));
    }

    private byte[] readBuffer(ByteBuffer frame) throws IOException {
        ByteBuffer raw = ByteBuffer.allocate(HELLO.length);
        codec.decode(frame.duplicate().flip(), raw);
        return raw.array();
    }

    private byte[] readStream(ByteBuffer frame) throws IOException {
        byte[] bytes = new byte[frame.position()];
        frame.get(0, bytes);
        try (InputStream decoder = codec.decoder(new ByteArrayInputStream(bytes))) {
            return decoder.readAllBytes();
        }
    }
}
