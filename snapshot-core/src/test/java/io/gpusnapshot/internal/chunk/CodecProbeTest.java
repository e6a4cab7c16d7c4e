package io.gpusnapshot.internal.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.codec.Codec;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CodecProbeTest {
    private static final int CHUNK_BYTES = 4 << 20;
    private static final double MEGABYTE = 1e6;

    private final FixedRatioCodec floats = new FixedRatioCodec("floats");
    private final FixedRatioCodec quick = new FixedRatioCodec("lz4");
    private final FixedRatioCodec thorough = new FixedRatioCodec("zstd");
    private Machine machine = new Machine(300 * MEGABYTE, 16);

    @Test
    void theSmallestWinsWhereTheLinkIsSlow() {
        ratios(0.9, 0.5, 0.3);
        assertThat(choice()).containsExactly(thorough);
        ratios(0.66, 1, 0.78);
        assertThat(choice()).containsExactly(floats);
    }

    @Test
    void nothingIsEncodedThatDoesNotShrink() {
        ratios(1, 1, 1);
        assertThat(choice()).isEmpty();
        ratios(0.999, 0.998, 0.997);
        assertThat(choice()).isEmpty();
    }

    @Test
    void aLinkThatOutrunsTheProcessorsGetsTheQuickOne() {
        machine = new Machine(1250 * MEGABYTE, 4);
        ratios(0.9, 0.5, 0.3);
        assertThat(choice()).containsExactly(quick);
    }

    @Test
    void nothingIsEncodedThatWouldHoldUpTheLink() {
        machine = new Machine(10_000 * MEGABYTE, 2);
        ratios(0.7, 0.5, 0.3);
        assertThat(choice()).isEmpty();
    }

    @Test
    void theThoroughOneIsNotTriedWhereTheQuickOneFindsNothing() {
        ratios(0.66, 1, 0.1);
        assertThat(choice()).containsExactly(floats);
        assertThat(thorough.rawBytes).hasValue(0);
    }

    @Test
    void aProbeLooksAtLittleOfTheChunk() {
        ratios(0.66, 0.9, 0.7);
        choice();
        assertThat(floats.rawBytes.get() + quick.rawBytes.get() + thorough.rawBytes.get())
                .isLessThan(CHUNK_BYTES / 16);
    }

    @Test
    void smallChunksAreTriedWithEverything() {
        ByteBuffer small = ByteBuffer.allocate(100_000);
        assertThat(probe().worthTrying(small, ByteBuffer.allocate(100_000))).containsExactly(floats, quick, thorough);
        assertThat(floats.rawBytes).hasValue(0);
    }

    @Test
    void oneCodecNeedsNoProbe() {
        CodecProbe probe = new CodecProbe(List.of(quick), machine);
        assertThat(probe.worthTrying(ByteBuffer.allocate(CHUNK_BYTES), ByteBuffer.allocate(CHUNK_BYTES)))
                .containsExactly(quick);
        assertThat(quick.rawBytes).hasValue(0);
    }

    @Test
    void theChunkIsLeftAsItIs() {
        ByteBuffer raw = ByteBuffer.allocate(CHUNK_BYTES + 5).position(5);
        probe().worthTrying(raw, ByteBuffer.allocate(CHUNK_BYTES));
        assertThat(raw.position()).isEqualTo(5);
        assertThat(raw.remaining()).isEqualTo(CHUNK_BYTES);
    }

    private List<Codec> choice() {
        return probe().worthTrying(ByteBuffer.allocate(CHUNK_BYTES), ByteBuffer.allocate(CHUNK_BYTES));
    }

    private CodecProbe probe() {
        return new CodecProbe(List.of(floats, quick, thorough), machine);
    }

    private void ratios(double ofFloats, double ofQuick, double ofThorough) {
        floats.ratio = ofFloats;
        quick.ratio = ofQuick;
        thorough.ratio = ofThorough;
    }

    /** Makes everything as small as it is told to, and counts what it is given. */
    private static final class FixedRatioCodec implements Codec {
        private final String id;
        private final AtomicLong rawBytes = new AtomicLong();
        private double ratio = 1;

        FixedRatioCodec(String id) {
            this.id = id;
        }

        @Override
        public String id() {
            return id;
        }

        @Override
        public boolean encode(ByteBuffer raw, ByteBuffer encoded) {
            rawBytes.addAndGet(raw.remaining());
            int bytes = (int) (raw.remaining() * ratio);
            if (bytes > encoded.remaining()) {
                return false;
            }
            encoded.position(encoded.position() + bytes);
            return true;
        }

        @Override
        public void decode(ByteBuffer encoded, ByteBuffer raw) {
            throw new UnsupportedOperationException("a probe does not decode");
        }

        @Override
        public OutputStream encoder(OutputStream sink) {
            throw new UnsupportedOperationException("a probe has no streams");
        }

        @Override
        public InputStream decoder(InputStream source) {
            throw new UnsupportedOperationException("a probe has no streams");
        }
    }
}
