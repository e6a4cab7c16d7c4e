package io.gpusnapshot.internal.replicate;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.internal.format.StoredPack;
import io.gpusnapshot.storage.ByteRange;
import io.gpusnapshot.testing.TestContents;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackContentTest {
    private static final int RANGE = 10;

    private static byte[] bytes(int length) {
        return TestContents.random(1, length);
    }

    private static PackContent filled(byte[] bytes) {
        PackContent content = new PackContent(pack(bytes.length), RANGE);
        for (int i = content.rangeCount() - 1; i >= 0; i--) {
            ByteRange range = content.range(i);
            ByteBuffer buffer = ByteBuffer.allocate(RANGE);
            buffer.put(bytes, (int) range.offset(), (int) range.length()).flip();
            assertThat(content.add(i, buffer)).isEqualTo(i == 0);
        }
        return content;
    }

    private static StoredPack pack(long length) {
        return new StoredPack("packs/x/000000.pack", length, Optional.empty());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 9, 10, 11, 20, 25})
    void theRangesAreThePack(int length) throws IOException {
        byte[] bytes = bytes(length);

        assertThat(TestContents.readToEnd(filled(bytes).content().open(0))).isEqualTo(bytes);
    }

    @Test
    void anyRunOfBytesCanBeHad() {
        byte[] bytes = bytes(35);
        PackContent content = filled(bytes);
        for (int from = 0; from < bytes.length; from++) {
            for (int to = from + 1; to <= bytes.length; to++) {
                ByteArrayOutputStream joined = new ByteArrayOutputStream();
                for (ByteBuffer slice : content.slices(from, to - from)) {
                    assertThat(slice.hasRemaining()).isTrue();
                    joined.write(slice.array(), slice.arrayOffset() + slice.position(), slice.remaining());
                }
                assertThat(joined.toByteArray()).isEqualTo(Arrays.copyOfRange(bytes, from, to));
            }
        }
    }

    @Test
    void thereIsNoPackTooLongToCount() {
        assertThat(PackContent.rangeCount(pack(0), RANGE)).isZero();
        assertThat(PackContent.rangeCount(pack(Long.MAX_VALUE), 1 << 20)).isEqualTo(1L << 43);
    }
}
