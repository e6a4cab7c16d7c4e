package io.gpusnapshot.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gpusnapshot.testing.TestContents;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ReadableByteChannel;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ContentSourcesTest {
    private static final byte[] BYTES = TestContents.random(5, 100);

    @Test
    void severalBuffersReadAsOneFromEveryOffset() throws IOException {
        ByteBuffer direct = ByteBuffer.allocateDirect(50).put(BYTES, 20, 50).flip();
        ContentSource source = ContentSources.of(
                ByteBuffer.allocate(0),
                ByteBuffer.wrap(BYTES, 0, 20),
                ByteBuffer.allocate(0),
                direct,
                ByteBuffer.wrap(BYTES, 70, 30),
                ByteBuffer.allocate(0));

        assertThat(source.length()).isEqualTo(100);
        for (int offset = 0; offset <= 100; offset++) {
            try (ReadableByteChannel channel = source.open(offset)) {
                assertThat(TestContents.readToEnd(channel)).isEqualTo(Arrays.copyOfRange(BYTES, offset, 100));
            }
        }
        assertThat(direct.remaining()).isEqualTo(50);
    }

    @Test
    void openingsOverlapWithoutDisturbingOneAnother() throws IOException {
        ContentSource source = ContentSources.of(BYTES);
        ReadableByteChannel first = source.open(0);
        ReadableByteChannel second = source.open(10);
        assertThat(first.read(ByteBuffer.allocate(30))).isEqualTo(30);

        assertThat(TestContents.readToEnd(second)).isEqualTo(Arrays.copyOfRange(BYTES, 10, 100));
        assertThat(TestContents.readToEnd(first)).isEqualTo(Arrays.copyOfRange(BYTES, 30, 100));
    }

    @Test
    void laterMovesOfTheGivenBufferDoNotMatter() throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(BYTES, 10, 20);
        ContentSource source = ContentSources.of(buffer);
        buffer.clear().position(99);

        assertThat(TestContents.readToEnd(source.open(0))).isEqualTo(Arrays.copyOfRange(BYTES, 10, 30));
    }

    @Test
    void offsetsOutsideAndClosedChannelsAreRefused() throws IOException {
        ContentSource source = ContentSources.of(new byte[3]);
        ReadableByteChannel closed = source.open(3);
        closed.close();

        assertThat(closed.isOpen()).isFalse();
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(() -> closed.read(ByteBuffer.allocate(1)));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> source.open(4));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> source.open(-1));
    }
}
