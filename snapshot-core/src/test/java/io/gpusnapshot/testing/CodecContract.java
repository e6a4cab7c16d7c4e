package io.gpusnapshot.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gpusnapshot.codec.Codec;
import io.gpusnapshot.codec.CodecRegistry;
import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.testing.GuardedBuffer.Memory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every {@link Codec} must do. A subclass gives the codec, if possible a second implementation of its format, and
 * overrides what the format cannot do with the reason in a comment.
 */
public abstract class CodecContract extends CodecStreamContract {
    private static final int KIB = 1024;
    private static final int MIB = 1024 * KIB;

    /** In either byte order. */
    private static final int[] EXTREME_LENGTHS = {-1, 0, Integer.MAX_VALUE, Integer.MIN_VALUE, 0xFFFFFF7F, 0x00000080};

    /** Whether text becomes smaller; a format without compression says no. */
    protected boolean compresses() {
        return true;
    }

    @Test
    void theClassPathHasTheCodecByItsId() {
        assertThat(CodecRegistry.fromClassPath().find(codec().id()))
                .hasValueSatisfying(found -> assertThat(found).hasSameClassAs(codec()));
    }

    @ParameterizedTest
    @EnumSource(Memory.class)
    void everySmallLengthSurvives(Memory memory) throws IOException {
        byte[] text = DataSets.TEXT.ofLength(4097, random);
        for (int length = 0; length <= text.length; length++) {
            byte[] raw = length % 2 == 0 ? Arrays.copyOf(text, length) : random.nextBytes(length);
            assertRoundTrip(raw, memory, memory);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {64 * KIB, 256 * KIB, MIB, 4 * MIB, 16 * MIB})
    void lengthsAroundBlockBordersSurvive(int border) throws IOException {
        for (int length = border - 1; length <= border + 1; length++) {
            assertRoundTrip(DataSets.LONG_MATCHES.ofLength(length, random), Memory.DIRECT, Memory.DIRECT);
        }
        assertRoundTrip(random.nextBytes(border + 1), Memory.DIRECT, Memory.DIRECT);
    }

    @ParameterizedTest
    @EnumSource
    void everyKindOfDataSurvivesInEveryKindOfMemory(DataSets kind) throws IOException {
        byte[] raw = kind.sample(random);
        for (Memory source : Memory.values()) {
            for (Memory target : Memory.values()) {
                assertRoundTrip(raw, source, target);
            }
        }
    }

    @Test
    void readOnlySourcesAreFine() throws IOException {
        byte[] raw = DataSets.TEXT.ofLength(10_000, random);
        ByteBuffer encoded = ByteBuffer.allocate(2 * raw.length);
        assertThat(codec().encode(ByteBuffer.wrap(raw).asReadOnlyBuffer(), encoded))
                .isTrue();
        ByteBuffer decoded = ByteBuffer.allocate(raw.length);
        codec().decode(encoded.flip().asReadOnlyBuffer(), decoded);
        assertThat(decoded.array()).isEqualTo(raw);
    }

    @Test
    void textBecomesSmaller() {
        assumeTrue(compresses(), "the format does not compress");
        byte[] raw = DataSets.TEXT.ofLength(MIB, random);
        assertThat(frameOf(raw).length).isLessThan(raw.length / 2);
    }

    @ParameterizedTest
    @EnumSource(Memory.class)
    void aFrameThatDoesNotFitLeavesThePosition(Memory memory) {
        byte[] raw = DataSets.MIXED.ofLength(3000, random);
        int enough = frameOf(raw).length;
        for (int room = 0; room < enough; room++) {
            GuardedBuffer encoded = GuardedBuffer.ofLength(room, memory);
            ByteBuffer target = encoded.window();
            ByteBuffer before = target.duplicate();
            boolean fitted = codec().encode(ByteBuffer.wrap(raw), target);
            assertThat(fitted).as("room for %d of %d bytes", room, enough).isFalse();
            assertThat(target).isEqualTo(before);
            encoded.assertGuardsUntouched();
        }
    }

    @Test
    void chunksOfSeveralBlocksThatDoNotFitLeaveThePosition() {
        byte[] raw = random.nextBytes(9 * MIB);
        for (int room : new int[] {0, 4 * MIB, 5 * MIB, 8 * MIB + 100, raw.length - 1}) {
            ByteBuffer target = ByteBuffer.allocateDirect(room);
            assertThat(codec().encode(ByteBuffer.wrap(raw), target)).isFalse();
            assertThat(target.position()).isZero();
        }
    }

    @Test
    void theOtherImplementationReadsOurFrames() throws IOException {
        ReferenceCodec other = requireReference();
        for (DataSets kind : DataSets.values()) {
            byte[] raw = kind.sample(random);
            assertThat(other.decode(frameOf(raw))).as("%s", kind).isEqualTo(raw);
        }
    }

    @Test
    void framesOfTheOtherImplementationAreRead() throws IOException {
        ReferenceCodec other = requireReference();
        for (DataSets kind : DataSets.values()) {
            byte[] raw = kind.sample(random);
            assertThat(decode(other.encode(raw), raw.length, Memory.DIRECT))
                    .as("%s", kind)
                    .isEqualTo(raw);
        }
    }

    @ParameterizedTest
    @EnumSource(Memory.class)
    void everyTruncationIsNoticed(Memory memory) {
        byte[] raw = DataSets.MIXED.ofLength(3000, random);
        byte[] frame = frameOf(raw);
        for (int length = 0; length < frame.length; length++) {
            assertDamaged(Arrays.copyOf(frame, length), raw.length, memory);
        }
    }

    @Test
    void surplusBytesAreNoticed() {
        byte[] raw = DataSets.TEXT.ofLength(3000, random);
        byte[] frame = frameOf(raw);
        assertDamaged(Arrays.copyOf(frame, frame.length + 1), raw.length, Memory.DIRECT);
        assertDamaged(Arrays.copyOf(frame, 2 * frame.length), raw.length, Memory.HEAP);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2999, 3001, 70_000})
    void anotherRawLengthIsNoticed(int wrong) {
        assertDamaged(frameOf(DataSets.TEXT.ofLength(3000, random)), wrong, Memory.DIRECT);
        assertDamaged(frameOf(random.nextBytes(3000)), wrong, Memory.HEAP);
    }

    /** Frames of buffers need no checksum, hence wrong bytes may come out; but nothing worse. */
    @ParameterizedTest
    @EnumSource(Memory.class)
    void flippedBitsNeverHarm(Memory memory) {
        byte[] raw = DataSets.MIXED.ofLength(70_000, random);
        byte[] frame = frameOf(raw);
        for (int i = 0; i < 4000; i++) {
            byte[] damaged = frame.clone();
            // Half of them where the header and the first lengths are.
            int at = random.nextInt(i % 2 == 0 ? Math.min(64, frame.length) : frame.length);
            damaged[at] ^= (byte) (1 << random.nextInt(8));
            decodeWhateverItIs(damaged, raw.length, memory);
        }
    }

    @ParameterizedTest
    @EnumSource(Memory.class)
    void hostileBytesNeverHarm(Memory memory) {
        byte[] frame = frameOf(DataSets.TEXT.ofLength(1000, random));
        for (int at = 0; at <= frame.length - Integer.BYTES; at++) {
            for (int length : EXTREME_LENGTHS) {
                byte[] hostile = frame.clone();
                ByteBuffer.wrap(hostile).putInt(at, length);
                decodeWhateverItIs(hostile, 1000, memory);
            }
            decodeWhateverItIs(random.nextBytes(random.nextInt(100)), random.nextInt(100), memory);
        }
    }

    @Test
    void oneCodecServesManyThreads() throws InterruptedException, ExecutionException {
        List<byte[]> samples = new ArrayList<>();
        for (DataSets kind : DataSets.values()) {
            samples.add(kind.sample(random));
        }
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> rounds = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                byte[] raw = samples.get(i % samples.size());
                rounds.add(threads.submit(() -> {
                    assertRoundTrip(raw, Memory.DIRECT, Memory.DIRECT);
                    return raw;
                }));
            }
            for (Future<?> round : rounds) {
                round.get();
            }
        } finally {
            threads.shutdown();
        }
    }

    private byte[] frameOf(byte[] raw) {
        return encode(raw, Memory.DIRECT, Memory.DIRECT);
    }

    private byte[] encode(byte[] raw, Memory source, Memory target) {
        GuardedBuffer from = GuardedBuffer.of(raw, source);
        // Any format may add some bytes to what it cannot compress.
        GuardedBuffer into = GuardedBuffer.ofLength(raw.length + raw.length / 100 + 100, target);
        ByteBuffer chunk = from.window();
        ByteBuffer encoded = into.window();
        assertThat(codec().encode(chunk, encoded)).isTrue();
        assertThat(chunk).isEqualTo(from.window());
        into.assertGuardsUntouched();
        return into.bytesBefore(encoded);
    }

    private byte[] decode(byte[] frame, int rawLength, Memory memory) throws DataIntegrityException {
        GuardedBuffer from = GuardedBuffer.of(frame, memory);
        GuardedBuffer into = GuardedBuffer.ofLength(rawLength, memory);
        ByteBuffer encoded = from.window();
        ByteBuffer raw = into.window();
        try {
            codec().decode(encoded, raw);
        } finally {
            into.assertGuardsUntouched();
        }
        assertThat(encoded).isEqualTo(from.window());
        assertThat(raw.remaining()).isZero();
        return into.bytesBefore(raw);
    }

    private void assertRoundTrip(byte[] raw, Memory source, Memory target) throws IOException {
        assertThat(decode(encode(raw, source, target), raw.length, target)).isEqualTo(raw);
    }

    private void assertDamaged(byte[] frame, int rawLength, Memory memory) {
        assertThatThrownBy(() -> decode(frame, rawLength, memory))
                .isInstanceOfSatisfying(
                        DataIntegrityException.class,
                        damage -> assertThat(damage.offset()).isBetween(0L, (long) frame.length));
    }

    private void decodeWhateverItIs(byte[] frame, int rawLength, Memory memory) {
        try {
            decode(frame, rawLength, memory);
        } catch (DataIntegrityException expected) {
            assertThat(expected.offset()).isBetween(0L, (long) frame.length);
        }
    }
}
