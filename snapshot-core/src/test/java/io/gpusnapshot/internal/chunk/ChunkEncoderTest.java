package io.gpusnapshot.internal.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.codec.Codec;
import io.gpusnapshot.codec.CodecRegistry;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChunkEncoderTest {
    private static final ByteBuffer RAW = ByteBuffer.wrap(new byte[1000]);

    private static EncodedChunk encode(Codec... codecs) {
        return new ChunkEncoder(List.of(codecs), id -> false).encode(RAW, ByteBuffer.allocate(1000));
    }

    private static void assertStored(EncodedChunk chunk, FillingCodec codec) {
        assertThat(chunk.codec()).isEqualTo(codec.id());
        ByteBuffer expected = ByteBuffer.allocate(codec.length);
        codec.fill(expected);
        assertThat(chunk.stored()).contains(expected.flip());
    }

    @Test
    void theShortestFrameIsStoredWhereverItWasTried() {
        FillingCodec one = new FillingCodec('a', 300);
        FillingCodec two = new FillingCodec('b', 200);
        FillingCodec three = new FillingCodec('c', 400);

        assertStored(encode(two, one, three), two);
        assertStored(encode(one, two, three), two);
        assertStored(encode(three, one, two), two);
        assertStored(encode(three, two, one), two);
    }

    @Test
    void whatDoesNotShrinkIsStoredAsItIs() {
        EncodedChunk chunk = encode(new FillingCodec('a', 1000), new FillingCodec('b', 2000));

        assertThat(chunk.codec()).isEqualTo(CodecRegistry.NONE);
        assertThat(chunk.stored()).contains(RAW);
    }

    /** Makes everything so many bytes of one letter, and fills whatever room it has if that is too little. */
    private static final class FillingCodec implements Codec {
        private final char letter;
        private final int length;

        FillingCodec(char letter, int length) {
            this.letter = letter;
            this.length = length;
        }

        @Override
        public String id() {
            return String.valueOf(letter);
        }

        @Override
        public boolean encode(ByteBuffer raw, ByteBuffer encoded) {
            int start = encoded.position();
            fill(encoded);
            boolean fits = encoded.position() - start == length;
            encoded.position(fits ? encoded.position() : start);
            return fits;
        }

        void fill(ByteBuffer target) {
            for (int i = 0; i < length && target.hasRemaining(); i++) {
                target.put((byte) letter);
            }
        }

        @Override
        public void decode(ByteBuffer encoded, ByteBuffer raw) {
            throw new UnsupportedOperationException("nothing is decoded here");
        }

        @Override
        public OutputStream encoder(OutputStream sink) {
            throw new UnsupportedOperationException("there are no streams here");
        }

        @Override
        public InputStream decoder(InputStream source) {
            throw new UnsupportedOperationException("there are no streams here");
        }
    }
}
