package io.gpusnapshot.internal.format;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.error.UnsupportedFormatException;
import io.gpusnapshot.testing.SeededRandom;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The table at the end of a pack. */
class PackFooterTest {
    private static final String KEY = "packs/20260102T030405Z-gpu-1-22222222/000000.pack";

    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    private List<StoredChunk> randomChunks(int count) {
        List<StoredChunk> chunks = new ArrayList<>();
        long offset = 0;
        for (int i = 0; i < count; i++) {
            int stored = 1 + random.nextInt(1000);
            int raw = stored + random.nextInt(1000);
            ChunkId id = ChunkId.of(random.nextBytes(32));
            String codec = raw == stored ? "none" : "lz4";
            chunks.add(new StoredChunk(id, KEY, offset, stored, raw, codec, (int) random.nextLong()));
            offset += stored;
        }
        return chunks;
    }

    private static StoredPack packOf(List<StoredChunk> chunks, byte[] footer) {
        long data = chunks.isEmpty() ? 0 : chunks.get(chunks.size() - 1).end();
        return new StoredPack(KEY, data + footer.length, Optional.empty());
    }

    /** Reads a footer the way that a reader of a whole pack does. */
    private static List<StoredChunk> read(byte[] footer, StoredPack pack) throws IOException {
        ByteBuffer trailer =
                ByteBuffer.wrap(footer, footer.length - PackFooter.TRAILER_BYTES, PackFooter.TRAILER_BYTES);
        int table = PackFooter.tableBytes(trailer, KEY);
        assertThat(table).isLessThanOrEqualTo(16 << 20);
        return PackFooter.decode(ByteBuffer.wrap(footer), pack);
    }

    @Test
    void tablesOfAnyLengthComeBack() throws IOException {
        for (int count : new int[] {0, 1, 2, 100, 5000}) {
            List<StoredChunk> chunks = randomChunks(count);
            byte[] footer = PackFooter.encode(chunks);
            assertThat(read(footer, packOf(chunks, footer))).isEqualTo(chunks);
        }
    }

    @Test
    void theTrailerIsAsDocumented() throws IOException {
        byte[] footer = PackFooter.encode(randomChunks(3));
        ByteBuffer trailer =
                ByteBuffer.wrap(footer).order(ByteOrder.LITTLE_ENDIAN).position(footer.length - 24);
        int table = footer.length - 24;
        assertThat(trailer.getInt()).isEqualTo(table);
        assertThat(trailer.getInt()).isEqualTo(Digests.crc32c(ByteBuffer.wrap(footer, 0, table)));
        assertThat(trailer.getInt()).isEqualTo(1);
        assertThat(trailer.getInt()).isEqualTo(Digests.crc32c(ByteBuffer.wrap(footer, table, 12)));
        byte[] magic = new byte[8];
        trailer.get(magic);
        assertThat(magic).asString().isEqualTo("GPUSPACK");
    }

    @Test
    void everyFlippedBitIsNoticed() throws IOException {
        List<StoredChunk> chunks = randomChunks(5);
        byte[] footer = PackFooter.encode(chunks);
        StoredPack pack = packOf(chunks, footer);
        for (int bit = 0; bit < footer.length * 8; bit++) {
            byte[] damaged = footer.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> read(damaged, pack)).as("bit %d", bit).isInstanceOf(DataIntegrityException.class);
        }
    }

    @Test
    void everyTruncationIsNoticed() throws IOException {
        List<StoredChunk> chunks = randomChunks(5);
        byte[] footer = PackFooter.encode(chunks);
        for (int cut = 1; cut <= footer.length - PackFooter.TRAILER_BYTES; cut++) {
            byte[] front = Arrays.copyOf(footer, footer.length - cut);
            assertThatThrownBy(() -> read(front, packOf(chunks, front))).isInstanceOf(DataIntegrityException.class);
            byte[] back = Arrays.copyOfRange(footer, cut, footer.length);
            assertThatThrownBy(() -> read(back, packOf(chunks, back))).isInstanceOf(DataIntegrityException.class);
        }
    }

    @Test
    void chunksReachIntoNeitherTheTableNorBeyondThePack() throws IOException {
        List<StoredChunk> chunks = randomChunks(5);
        byte[] footer = PackFooter.encode(chunks);
        StoredPack shorter = new StoredPack(KEY, packOf(chunks, footer).storedBytes() - 1, Optional.empty());
        assertThatThrownBy(() -> read(footer, shorter))
                .isInstanceOf(DataIntegrityException.class)
                .hasMessageContaining("reaches beyond");
    }

    @Test
    void unknownFieldsOfATableAreIgnored() throws IOException {
        List<StoredChunk> chunks = randomChunks(2);
        byte[] footer = PackFooter.encode(chunks);
        String table = new String(footer, 0, footer.length - 24, US_ASCII);
        byte[] extended = footerOf(table.replace("}", ",\"future\":[1,{}]}").getBytes(US_ASCII), 1);
        assertThat(read(extended, packOf(chunks, extended))).isEqualTo(chunks);
    }

    @Test
    void tablesThatAreNoTablesAreRefused() {
        for (String table :
                new String[] {"[]", "7", "{}", "{\"kind\":\"chunk\"}\n{", "{\"kind\":\"chunk\"}7", "\0\0\0\0"}) {
            byte[] footer = footerOf(table.getBytes(US_ASCII), 1);
            StoredPack pack = new StoredPack(KEY, footer.length, Optional.empty());
            assertThatThrownBy(() -> read(footer, pack)).as(table).isInstanceOf(DataIntegrityException.class);
        }
    }

    private StoredChunk difference(long offset) {
        ChunkId base = ChunkId.of(random.nextBytes(32));
        return new StoredChunk(
                ChunkId.of(random.nextBytes(32)), KEY, offset, 7, 16 << 20, "floats", -1, Optional.of(base));
    }

    private static int versionIn(byte[] footer) {
        return ByteBuffer.wrap(footer).order(ByteOrder.LITTLE_ENDIAN).getInt(footer.length - 16);
    }

    @Test
    void differencesComeBackAndNeedTheSecondVersion() throws IOException {
        List<StoredChunk> chunks = randomChunks(3);
        assertThat(versionIn(PackFooter.encode(chunks))).isEqualTo(1);
        chunks.add(difference(chunks.get(2).end()));
        byte[] footer = PackFooter.encode(chunks);
        assertThat(versionIn(footer)).isEqualTo(2);
        assertThat(read(footer, packOf(chunks, footer))).isEqualTo(chunks);
    }

    @Test
    void theLongestTableHasRoomForDifferencesAlone() throws IOException {
        List<StoredChunk> chunks = new ArrayList<>();
        for (int i = 0; i < PackFooter.MAX_CHUNKS; i++) {
            chunks.add(difference((1L << 32) + 7L * i));
        }
        byte[] footer = PackFooter.encode(chunks);
        assertThat(read(footer, packOf(chunks, footer))).hasSameSizeAs(chunks);
    }

    @Test
    void newerVersionsAreRefusedByNumber() {
        byte[] footer = footerOf(new byte[0], 3);
        StoredPack pack = new StoredPack(KEY, footer.length, Optional.empty());
        assertThatThrownBy(() -> read(footer, pack))
                .isInstanceOf(UnsupportedFormatException.class)
                .hasMessageContainingAll(KEY, "version 3");
    }

    @Test
    void lengthsThatNoTableHasAreRefusedBeforeAnybodyAllocates() {
        for (int length : new int[] {(16 << 20) + 1, Integer.MAX_VALUE, -1, Integer.MIN_VALUE}) {
            assertThatThrownBy(() -> PackFooter.tableBytes(trailer(length, 0, 1), KEY))
                    .isInstanceOf(DataIntegrityException.class);
        }
    }

    private static byte[] footerOf(byte[] table, int version) {
        ByteBuffer trailer = trailer(table.length, Digests.crc32c(ByteBuffer.wrap(table)), version);
        return ByteBuffer.allocate(table.length + 24).put(table).put(trailer).array();
    }

    private static ByteBuffer trailer(int length, int tableChecksum, int version) {
        ByteBuffer trailer = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
        trailer.putInt(length).putInt(tableChecksum).putInt(version);
        trailer.putInt(Digests.crc32c(ByteBuffer.wrap(trailer.array(), 0, 12)));
        trailer.put("GPUSPACK".getBytes(US_ASCII));
        return trailer.flip();
    }
}
