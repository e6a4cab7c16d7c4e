package io.gpusnapshot.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gpusnapshot.storage.memory.MemoryStorageProvider;
import io.gpusnapshot.testing.SeededRandom;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ReadableByteChannel;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PieceChannelTest {
    private static final int OBJECT_BYTES = 9_000_000;
    private static final int PIECE_BYTES = 4 << 20;

    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    private final List<ByteRange> fetched = new ArrayList<>();

    private ReadableByteChannel open(byte[] object, ByteRange range) throws IOException {
        return PieceChannel.open("key", range, new ArrayPieces(object));
    }

    private class ArrayPieces implements PieceChannel.Pieces {
        private final byte[] object;

        ArrayPieces(byte[] object) {
            this.object = object;
        }

        @Override
        public PieceChannel.Beginning fetchBeginning(int bytes) throws IOException {
            ByteRange piece = new ByteRange(0, Math.min(bytes, object.length));
            return new PieceChannel.Beginning(ByteBuffer.wrap(fetch(piece)), object.length);
        }

        @Override
        public byte[] fetch(ByteRange piece) throws IOException {
            fetched.add(piece);
            return Arrays.copyOfRange(object, (int) piece.offset(), (int) piece.end());
        }
    }

    @Test
    void wholeObjectsNeedNoRequestForTheirLength() throws IOException {
        byte[] object = random.nextBytes(OBJECT_BYTES);
        try (OpenedObject opened =
                PieceChannel.openWhole(new MemoryStorageProvider(Clock.systemUTC()), "key", new ArrayPieces(object))) {
            assertThat(fetched).containsExactly(new ByteRange(0, PIECE_BYTES));
            assertThat(opened.lengthBytes()).isEqualTo(OBJECT_BYTES);
            assertThat(Channels.newInputStream(opened.content()).readAllBytes()).isEqualTo(object);
        }
        assertThat(fetched)
                .containsExactly(
                        new ByteRange(0, PIECE_BYTES),
                        new ByteRange(PIECE_BYTES, PIECE_BYTES),
                        new ByteRange(2 * PIECE_BYTES, OBJECT_BYTES - 2 * PIECE_BYTES));
    }

    @Test
    void allOfTheRangeComesInPieces() throws IOException {
        byte[] object = random.nextBytes(OBJECT_BYTES);
        ByteBuffer target = ByteBuffer.allocate(OBJECT_BYTES);
        try (ReadableByteChannel channel = open(object, new ByteRange(10, OBJECT_BYTES - 20))) {
            while (channel.read(target) >= 0) {
                assertThat(target.hasRemaining()).isTrue();
            }
        }
        assertThat(Arrays.copyOf(target.array(), target.position()))
                .isEqualTo(Arrays.copyOfRange(object, 10, OBJECT_BYTES - 10));
        assertThat(fetched)
                .containsExactly(
                        new ByteRange(10, PIECE_BYTES),
                        new ByteRange(10 + PIECE_BYTES, PIECE_BYTES),
                        new ByteRange(10 + 2 * PIECE_BYTES, OBJECT_BYTES - 20 - 2 * PIECE_BYTES));
    }

    @Test
    void theFirstPieceIsFetchedAtOnce() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> PieceChannel.open("key", new ByteRange(0, 1), new ArrayPieces(new byte[0]) {
                    @Override
                    public byte[] fetch(ByteRange piece) throws IOException {
                        throw new IOException("missing");
                    }
                }))
                .withMessage("missing");
    }

    @Test
    void interruptsAndClosingEndIt() throws IOException {
        ReadableByteChannel channel = open(new byte[10], new ByteRange(0, 10));
        Thread.currentThread().interrupt();
        assertThatExceptionOfType(InterruptedIOException.class)
                .isThrownBy(() -> channel.read(ByteBuffer.allocate(1)))
                .withMessageContaining("key");
        assertThat(Thread.interrupted()).isTrue();
        channel.close();
        assertThat(channel.isOpen()).isFalse();
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(() -> channel.read(ByteBuffer.allocate(1)));
    }
}
