package io.gpusnapshot.codec.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.codec.Codec;
import io.gpusnapshot.codec.CodecRegistry;
import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.testing.DataSets;
import io.gpusnapshot.testing.GuardedBuffer;
import io.gpusnapshot.testing.GuardedBuffer.Memory;
import io.gpusnapshot.testing.SeededRandom;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Decoders given mutated frames answer with the raw length that was asked for or with {@link DataIntegrityException}, and
 * touch no byte outside. A few thousand frames by default; with {@code -Dfuzz.seconds=600} for that long, per codec.
 */
class DecoderFuzzTest {
    private static final int ROUNDS = 2000;
    private static final long SECONDS = Long.getLong("fuzz.seconds", 0);
    private static final int MAX_RAW_BYTES = 20_000;
    /** More than any stream holds that is not a bomb made of ours. */
    private static final int MAX_STREAM_BYTES = 1 << 22;

    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    @ParameterizedTest
    @ValueSource(strings = {"lz4", "zstd", "floats"})
    void mutatedFramesNeverHarm(String id) throws IOException {
        Codec codec = CodecRegistry.fromClassPath().find(id).orElseThrow();
        Mutations mutations = new Mutations(random);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        long rounds = 0;
        while (rounds < ROUNDS || (SECONDS > 0 && System.nanoTime() - end < 0)) {
            List<byte[]> frames = new ArrayList<>();
            List<Integer> lengths = new ArrayList<>();
            makeFrames(codec, frames, lengths);
            for (int i = 0; i < 100; i++) {
                int sample = random.nextInt(frames.size());
                byte[] frame = mutations.of(frames.get(sample), frames);
                byte[] hostile =
                        id.equals("floats") && random.nextInt(8) != 0 ? FloatsChecksums.repaired(frame) : frame;
                decode(codec, hostile, random.nextInt(4) == 0 ? random.nextInt(MAX_RAW_BYTES) : lengths.get(sample));
                stream(codec, hostile);
                rounds++;
            }
        }
        System.out.println("fuzzed " + id + " with " + rounds + " frames");
    }

    private void makeFrames(Codec codec, List<byte[]> frames, List<Integer> lengths) {
        for (DataSets kind : DataSets.values()) {
            byte[] raw = kind.ofLength(1 + random.nextInt(MAX_RAW_BYTES), random);
            ByteBuffer frame = ByteBuffer.allocate(raw.length + raw.length / 100 + 100);
            assertThat(codec.encode(ByteBuffer.wrap(raw), frame)).isTrue();
            byte[] bytes = new byte[frame.position()];
            frame.get(0, bytes);
            frames.add(bytes);
            lengths.add(raw.length);
        }
    }

    private static void decode(Codec codec, byte[] frame, int rawBytes) {
        GuardedBuffer from = GuardedBuffer.of(frame, Memory.DIRECT);
        GuardedBuffer into = GuardedBuffer.ofLength(rawBytes, Memory.DIRECT);
        ByteBuffer raw = into.window();
        try {
            codec.decode(from.window(), raw);
            assertThat(raw.remaining()).isZero();
        } catch (DataIntegrityException damage) {
            assertThat(damage.offset()).isBetween(0L, (long) frame.length);
        }
        into.assertGuardsUntouched();
    }

    private static void stream(Codec codec, byte[] frame) throws IOException {
        try (InputStream decoder = codec.decoder(new ByteArrayInputStream(frame))) {
            decoder.readNBytes(MAX_STREAM_BYTES);
        } catch (DataIntegrityException damage) {
            assertThat(damage.offset()).isBetween(0L, (long) frame.length);
        }
    }
}
