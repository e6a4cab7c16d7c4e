package io.gpusnapshot.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gpusnapshot.codec.Codec;
import io.gpusnapshot.error.DataIntegrityException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The part of {@link CodecContract} that is about streams. */
abstract class CodecStreamContract {
    @RegisterExtension
    protected final SeededRandom random = new SeededRandom();

    protected abstract Codec codec();

    /** A second implementation of the format to check against, if there is one. */
    protected Optional<ReferenceCodec> reference() {
        return Optional.empty();
    }

    /** Whether a decoding stream notices any damage; a format without frames says no. */
    protected boolean streamsNoticeDamage() {
        return true;
    }

    /** Whether it notices even damage that leaves the content as it was; a header without a checksum says no. */
    protected boolean streamsNoticeHarmlessDamage() {
        return true;
    }

    final ReferenceCodec requireReference() {
        Optional<ReferenceCodec> reference = reference();
        assumeTrue(reference.isPresent(), "there is no second implementation of this format");
        return reference.orElseThrow();
    }

    @ParameterizedTest
    @EnumSource
    void everyKindOfDataSurvivesStreams(DataSets kind) throws IOException {
        byte[] raw = kind.sample(random);
        assertThat(readAll(streamed(raw))).isEqualTo(raw);
    }

    @Test
    void piecesOfAnySizeMakeTheSameStream() throws IOException {
        byte[] raw = DataSets.MIXED.sample(random);
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        try (OutputStream encoder = codec().encoder(frame)) {
            int at = 0;
            while (at < raw.length) {
                int length = Math.min(raw.length - at, random.nextInt(100_000));
                encoder.write(raw, at, length);
                at += length;
            }
        }
        assertThat(frame.toByteArray()).isEqualTo(streamed(raw));
    }

    @Test
    void bytesPassOneAtATime() throws IOException {
        byte[] raw = DataSets.MIXED.sample(random);
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        try (OutputStream encoder = codec().encoder(frame)) {
            for (byte value : raw) {
                encoder.write(value);
            }
        }
        assertThat(frame.toByteArray()).isEqualTo(streamed(raw));
        ByteArrayOutputStream decoded = new ByteArrayOutputStream();
        try (InputStream decoder = codec().decoder(new Trickle(frame.toByteArray()))) {
            for (int value = decoder.read(); value >= 0; value = decoder.read()) {
                decoded.write(value);
            }
        }
        assertThat(decoded.toByteArray()).isEqualTo(raw);
    }

    @Test
    void theEndIsReportedAgainAndAgain() throws IOException {
        try (InputStream decoder = codec().decoder(new ByteArrayInputStream(streamed(new byte[10])))) {
            assertThat(decoder.readAllBytes()).hasSize(10);
            assertThat(decoder.read()).isEqualTo(-1);
            assertThat(decoder.read(new byte[5])).isEqualTo(-1);
        }
    }

    @Test
    void flushedBytesCanBeReadBeforeTheEnd() throws IOException {
        byte[] raw = DataSets.TEXT.ofLength(1000, random);
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        try (OutputStream encoder = codec().encoder(frame)) {
            encoder.write(raw);
            encoder.flush();
            try (InputStream decoder = codec().decoder(new ByteArrayInputStream(frame.toByteArray()))) {
                assertThat(decoder.readNBytes(raw.length)).isEqualTo(raw);
            }
        }
    }

    @Test
    void closingTheEncoderEndsTheFrameOnceAndClosesTheSink() throws IOException {
        AtomicBoolean closed = new AtomicBoolean();
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        OutputStream encoder = codec().encoder(new FilterOutputStream(frame) {
            @Override
            public void close() {
                closed.set(true);
            }
        });
        encoder.write(new byte[100]);
        encoder.close();
        int length = frame.size();
        encoder.close();
        assertThat(closed).isTrue();
        assertThat(frame.size()).isEqualTo(length);
        assertThat(readAll(frame.toByteArray())).isEqualTo(new byte[100]);
    }

    @Test
    void closingTheDecoderClosesTheSourceEvenHalfWay() throws IOException {
        AtomicBoolean closed = new AtomicBoolean();
        InputStream source = new FilterInputStream(new ByteArrayInputStream(streamed(new byte[100]))) {
            @Override
            public void close() {
                closed.set(true);
            }
        };
        InputStream decoder = codec().decoder(source);
        assertThat(decoder.readNBytes(50)).hasSize(50);
        decoder.close();
        assertThat(closed).isTrue();
    }

    @Test
    void aFailingSinkIsReportedAndClosed() throws IOException {
        AtomicBoolean closed = new AtomicBoolean();
        OutputStream encoder = codec().encoder(new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                throw new IOException("full");
            }

            @Override
            public void close() {
                closed.set(true);
            }
        });
        assertThatThrownBy(() -> {
                    encoder.write(1);
                    encoder.flush();
                })
                .hasMessage("full");
        encoder.close();
        assertThat(closed).isTrue();
    }

    @Test
    void theOtherImplementationReadsOurStreams() throws IOException {
        ReferenceCodec other = requireReference();
        for (DataSets kind : DataSets.values()) {
            byte[] raw = kind.sample(random);
            assertThat(other.decode(streamed(raw))).as("%s", kind).isEqualTo(raw);
        }
    }

    @Test
    void streamsOfTheOtherImplementationAreRead() throws IOException {
        ReferenceCodec other = requireReference();
        for (DataSets kind : DataSets.values()) {
            byte[] raw = kind.sample(random);
            assertThat(readAll(other.encode(raw))).as("%s", kind).isEqualTo(raw);
        }
    }

    @Test
    void everyTruncationOfAStreamIsNoticed() throws IOException {
        requireDamageNoticed();
        byte[] frame = streamOfTwoBlocks();
        for (int length = 0; length < frame.length; length++) {
            assertDamaged(Arrays.copyOf(frame, length));
        }
    }

    @Test
    void everyFlippedBitOfAStreamIsNoticed() throws IOException {
        requireDamageNoticed();
        byte[] frame = streamOfTwoBlocks();
        byte[] raw = readAll(frame);
        for (int bit = 0; bit < 8 * frame.length; bit++) {
            byte[] damaged = frame.clone();
            damaged[bit / 8] ^= (byte) (1 << (bit % 8));
            if (streamsNoticeHarmlessDamage()) {
                assertDamaged(damaged);
            } else {
                assertDamagedOrHarmless(damaged, raw);
            }
        }
    }

    @Test
    void surplusBytesBehindAStreamAreNoticed() throws IOException {
        requireDamageNoticed();
        byte[] frame = streamOfTwoBlocks();
        assertDamaged(Arrays.copyOf(frame, frame.length + 1));
        byte[] twice = Arrays.copyOf(frame, 2 * frame.length);
        System.arraycopy(frame, 0, twice, frame.length, frame.length);
        assertDamaged(twice);
    }

    @Test
    void nothingIsHandedOutBehindDamage() throws IOException {
        requireDamageNoticed();
        byte[] frame = streamOfTwoBlocks();
        frame[frame.length / 2] ^= 1;
        try (InputStream decoder = codec().decoder(new ByteArrayInputStream(frame))) {
            assertThatThrownBy(decoder::readAllBytes).isInstanceOf(DataIntegrityException.class);
            assertThatThrownBy(decoder::read).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> decoder.read(new byte[10])).isInstanceOf(IOException.class);
        }
    }

    private void requireDamageNoticed() {
        assumeTrue(streamsNoticeDamage(), "streams of this format cannot notice damage");
    }

    private byte[] streamed(byte[] raw) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        try (OutputStream encoder = codec().encoder(frame)) {
            encoder.write(raw);
        }
        return frame.toByteArray();
    }

    /** One block that shrinks and one that does not. */
    private byte[] streamOfTwoBlocks() throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        try (OutputStream encoder = codec().encoder(frame)) {
            encoder.write(DataSets.TEXT.ofLength(500, random));
            encoder.flush();
            encoder.write(random.nextBytes(200));
        }
        return frame.toByteArray();
    }

    private byte[] readAll(byte[] frame) throws IOException {
        try (InputStream decoder = codec().decoder(new ByteArrayInputStream(frame))) {
            return decoder.readAllBytes();
        }
    }

    private void assertDamaged(byte[] frame) {
        assertThatThrownBy(() -> readAll(frame))
                .isInstanceOfSatisfying(
                        DataIntegrityException.class,
                        damage -> assertThat(damage.offset()).isBetween(0L, (long) frame.length));
    }

    private void assertDamagedOrHarmless(byte[] frame, byte[] raw) throws IOException {
        try {
            assertThat(readAll(frame)).isEqualTo(raw);
        } catch (DataIntegrityException damage) {
            assertThat(damage.offset()).isBetween(0L, (long) frame.length);
        }
    }

    /** Gives one byte per call, as a slow network may. */
    private static final class Trickle extends FilterInputStream {
        Trickle(byte[] bytes) {
            super(new ByteArrayInputStream(bytes));
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            return super.read(bytes, offset, Math.min(length, 1));
        }
    }
}
