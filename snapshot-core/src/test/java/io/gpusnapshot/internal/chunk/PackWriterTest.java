package io.gpusnapshot.internal.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.internal.concurrent.BufferPool;
import io.gpusnapshot.internal.format.Digests;
import io.gpusnapshot.internal.format.PackFooter;
import io.gpusnapshot.internal.format.StoredChunk;
import io.gpusnapshot.internal.format.StoredPack;
import io.gpusnapshot.model.SnapshotId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Packs as they are laid out. */
class PackWriterTest {
    private static final SnapshotId CREATOR = new SnapshotId("20260102T030405Z-gpu-1-22222222");

    private static final int MIB = 1 << 20;

    private final MessageDigest sha256 = Digests.sha256();
    private final BufferPool pool = new BufferPool(1 << 20, 64);
    private final List<StoredPack> keys = new ArrayList<>();
    private final List<ByteBuffer> packs = new ArrayList<>();

    @Test
    void tinyChunksAreSpreadOverPacksWhoseTablesCanBeRead() throws IOException, InterruptedException {
        PackWriter writer = new PackWriter(CREATOR, pool, PackWriter.MAX_PACK_BYTES, this::take);
        List<StoredChunk> written = new ArrayList<>();
        for (int i = 0; i < PackFooter.MAX_CHUNKS + 1000; i++) {
            ByteBuffer raw = ByteBuffer.allocate(4).putInt(0, i);
            EncodedChunk chunk = new EncodedChunk(Digests.chunkId(sha256, raw), 4, "none", Optional.of(raw), 0);
            written.add(writer.append(chunk, raw));
        }
        writer.finish();

        List<StoredChunk> tables = new ArrayList<>();
        for (int i = 0; i < packs.size(); i++) {
            tables.addAll(tableOf(packs.get(i), keys.get(i)));
        }
        assertThat(packs).hasSize(2);
        assertThat(tables).isEqualTo(written);
    }

    @Test
    void packsBeginSmallAndGrowToTheSizeThatIsAskedFor() throws IOException, InterruptedException {
        assertThat(largestPackOf(PackWriter.MIN_PACK_BYTES)).isEqualTo(8);
        assertThat(largestPackOf(12 << 20)).isEqualTo(12);
    }

    @Test
    void packsStayAsSmallAsLeavesRoomForTwo() throws IOException, InterruptedException {
        assertThat(largestPackOf(PackWriter.MAX_PACK_BYTES)).isEqualTo(64 / 2 - StoredChunk.MAX_RAW_BYTES / MIB - 1);
    }

    @Test
    void packsAreAnnouncedWithRoomForWhatTheyBecome() throws IOException, InterruptedException {
        Map<String, Long> announced = new LinkedHashMap<>();
        Map<String, Long> lengths = new LinkedHashMap<>();
        List<Integer> ahead = new ArrayList<>();
        PackWriter writer = new PackWriter(CREATOR, pool, 14 * MIB, new PackWriter.PackSink() {
            @Override
            public void expect(String key, long maxBytes) {
                assertThat(announced.put(key, maxBytes)).isNull();
            }

            @Override
            public void accept(String key, List<ByteBuffer> buffers) {
                lengths.put(
                        key, buffers.stream().mapToLong(ByteBuffer::remaining).sum());
                buffers.forEach(pool::release);
                ahead.add(announced.size() - lengths.size());
            }
        });
        append(writer, 400);
        writer.finish();

        List<String> filled = List.copyOf(lengths.keySet());
        assertThat(announced.keySet())
                .startsWith(filled.subList(1, filled.size()).toArray(String[]::new));
        assertThat(lengths.values()).anyMatch(length -> length > 14 * MIB);
        announced.keySet().retainAll(filled.subList(0, filled.size() - 1));
        assertThat(announced)
                .allSatisfy((key, most) -> assertThat(lengths.get(key)).isBetween(most / 2 + 1, most));
        assertThat(ahead).startsWith(-1, -1, 0, 1, 2).allMatch(number -> number <= 2);
    }

    private void append(PackWriter writer, int mebibytes) throws IOException, InterruptedException {
        ByteBuffer raw = ByteBuffer.allocate(MIB);
        EncodedChunk chunk = new EncodedChunk(Digests.chunkId(sha256, raw), MIB, "none", Optional.of(raw), 0);
        for (int i = 0; i < mebibytes; i++) {
            writer.append(chunk, raw);
        }
    }

    /** What becomes of 200 MiB, in MiB without what belongs to the table. */
    private long largestPackOf(int packBytes) throws IOException, InterruptedException {
        List<Long> sizes = new ArrayList<>();
        PackWriter writer = new PackWriter(CREATOR, pool, packBytes, (key, buffers) -> {
            sizes.add(buffers.stream().mapToLong(ByteBuffer::remaining).sum() / MIB);
            buffers.forEach(pool::release);
        });
        append(writer, 200);
        writer.finish();
        assertThat(sizes.get(0)).as("first pack").isEqualTo(8);
        return sizes.stream().mapToLong(Long::longValue).max().orElseThrow();
    }

    private void take(String key, List<ByteBuffer> buffers) {
        ByteBuffer whole = ByteBuffer.allocate(
                buffers.stream().mapToInt(ByteBuffer::remaining).sum());
        buffers.forEach(buffer -> {
            whole.put(buffer);
            pool.release(buffer);
        });
        packs.add(whole.flip());
        keys.add(new StoredPack(key, whole.limit(), Optional.empty()));
    }

    private static List<StoredChunk> tableOf(ByteBuffer pack, StoredPack stored) throws IOException {
        int trailer = pack.limit() - PackFooter.TRAILER_BYTES;
        int table = PackFooter.tableBytes(pack.duplicate().position(trailer), stored.key());
        return PackFooter.decode(pack.duplicate().position(trailer - table), stored);
    }
}
