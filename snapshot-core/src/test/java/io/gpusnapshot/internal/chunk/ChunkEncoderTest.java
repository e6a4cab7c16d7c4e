package io.gpusnapshot.internal.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.codec.Codec;
import io.gpusnapshot.codec.CodecRegistry;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChunkEncoderTest {
    private static final int RAW_BYTES = 1000;

    private static EncodedChunk encode(Codec... codecs) {
        ChunkEncoder encoder = new ChunkEncoder(List.of(codecs), id -> false);
        return encoder.encode(ByteBuffer.allocate(RAW_BYTES), ByteBuffer.allocate(RAW_BYTES));
    }

    private static void assertStored(EncodedChunk chunk, String codec, int bytes, int content) {
        byte[] expected = new byte[bytes];
        Arrays.fill(expected, (byte) content);
        assertThat(chunk.codec()).isEqualTo(codec);
        assertThat(chunk.stored()).contains(ByteBuffer.wrap(expected));
    }

    @Test
    void theSmallestFrameIsStoredWhoeverTriesAfterIt() {
        Codec small = new FillingCodec("small", 300, 1);
        Codec smaller = new FillingCodec("smaller", 200, 2);
        Codec large = new FillingCodec("large", 900, 3);
        assertStored(encode(small, smaller, large), "smaller", 200, 2);
        assertStored(encode(smaller, large, small), "smaller", 200, 2);
        assertStored(encode(large, small, smaller), "smaller", 200, 2);
        assertStored(encode(small, large), "small", 300, 1);
    }

    @Test
    void bytesThatNobodyMakesSmallerAreStoredAsTheyAre() {
        assertStored(encode(new FillingCodec("same", RAW_BYTES, 1)), CodecRegistry.NONE, RAW_BYTES, 0);
        assertStored(encode(), CodecRegistry.NONE, RAW_BYTES, 0);
    }

    /** Makes frames of one length and one value, and fills whatever room there is if that is too little. */
    private record FillingCodec(String id, int frameBytes, int value) implements Codec {
        @Override
        public boolean encode(ByteBuffer raw, ByteBuffer encoded) {
            int start = encoded.position();
            int count = Math.min(encoded.remaining(), frameBytes);
            for (int i = 0; i < count; i++) {
                encoded.put((byte) value);
            }
            if (count < frameBytes) {
                encoded.position(start);
            }
            return count == frameBytes;
        }

        @Override
        public void decode(ByteBuffer encoded, ByteBuffer raw) {
            throw new IllegalStateException("nothing is decoded here");
        }

        @Override
        public OutputStream encoder(OutputStream sink) {
            throw new IllegalStateException("nothing is streamed here");
        }

        @Override
        public InputStream decoder(InputStream source) {
            throw new IllegalStateException("nothing is streamed here");
        }
    }
}
