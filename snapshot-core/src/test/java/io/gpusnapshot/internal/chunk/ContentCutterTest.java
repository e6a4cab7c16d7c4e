package io.gpusnapshot.internal.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.testing.SeededRandom;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Cuts by content: their lengths, and that they move along with the content. */
class ContentCutterTest {
    private static final int MAX_BYTES = 64 << 10;

    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    private final ContentCutter cutter = new ContentCutter(MAX_BYTES);

    private List<ByteBuffer> cutAll(byte[] data) {
        List<ByteBuffer> chunks = new ArrayList<>();
        ByteBuffer rest = ByteBuffer.wrap(data);
        while (rest.hasRemaining()) {
            int length = cutter.cut(rest);
            chunks.add(rest.slice(rest.position(), length));
            rest.position(rest.position() + length);
        }
        return chunks;
    }

    @Test
    void lengthsKeepWithinBoundsAndNearTheAverage() {
        List<ByteBuffer> chunks = cutAll(random.nextBytes(200 * MAX_BYTES));
        chunks.remove(chunks.size() - 1);
        assertThat(chunks).allSatisfy(chunk -> assertThat(chunk.remaining()).isBetween(MAX_BYTES / 8, MAX_BYTES));
        assertThat(chunks.stream().mapToInt(ByteBuffer::remaining).average().orElseThrow())
                .isBetween(MAX_BYTES * 0.4, MAX_BYTES * 0.6);
    }

    @Test
    void whatFollowsTheLongestChunkDoesNotMatter() {
        byte[] data = random.nextBytes(3 * MAX_BYTES);
        for (int start = 0; start < MAX_BYTES; start += 1 + random.nextInt(MAX_BYTES / 8)) {
            ByteBuffer all = ByteBuffer.wrap(data).position(start);
            ByteBuffer enough = ByteBuffer.allocateDirect(MAX_BYTES)
                    .put(data, start, MAX_BYTES)
                    .flip();
            assertThat(cutter.cut(all)).isEqualTo(cutter.cut(enough));
        }
    }

    @Test
    void anInsertAtTheFrontKeepsMostChunks() {
        byte[] data = random.nextBytes(100 * MAX_BYTES);
        byte[] shifted = new byte[data.length + 1000];
        System.arraycopy(random.nextBytes(1000), 0, shifted, 0, 1000);
        System.arraycopy(data, 0, shifted, 1000, data.length);
        Set<ByteBuffer> before = new HashSet<>(cutAll(data));
        List<ByteBuffer> after = cutAll(shifted);
        assertThat(after.stream().filter(before::contains).count()).isGreaterThan(after.size() - 10L);
    }

    @Test
    void sameContentThroughoutIsCutAtTheLongest() {
        byte[] zeros = new byte[5 * MAX_BYTES / 2];
        assertThat(cutAll(zeros)).extracting(ByteBuffer::remaining).allMatch(length -> length <= MAX_BYTES);
        assertThat(cutAll(Arrays.copyOf(zeros, 7)))
                .extracting(ByteBuffer::remaining)
                .containsExactly(7);
    }

    /** Others would store everything again that was cut by content before. */
    @Test
    void cutsAreTheSameForEver() {
        byte[] data = new byte[3 * MAX_BYTES];
        long state = 1;
        for (int i = 0; i < data.length; i++) {
            state = state * 6364136223846793005L + 1442695040888963407L;
            data[i] = (byte) (state >>> 56);
        }
        assertThat(cutAll(data))
                .extracting(ByteBuffer::remaining)
                .containsExactly(16865, 42794, 14066, 38378, 45072, 34728, 4705);
    }
}
