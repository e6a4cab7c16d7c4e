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

/**
 * A codec's decoders, which must answer whatever frame they are given with the raw length that was asked for or with {@link
 * DataIntegrityException}, and touch no byte outside.
 */
final class FuzzedDecoder {
    static final int MAX_RAW_BYTES = 20_000;
    /** More than any stream holds that is not a bomb made of ours. */
    private static final int MAX_STREAM_BYTES = 1 << 22;

    private final Codec codec;

    private FuzzedDecoder(Codec codec) {
        this.codec = codec;
    }

    static FuzzedDecoder of(String id) {
        return new FuzzedDecoder(CodecRegistry.fromClassPath().find(id).orElseThrow());
    }

    boolean hasOwnChecksums() {
        return codec.id().equals("floats");
    }

    /** A frame as it should be. */
    Frame frame(DataSets kind, SeededRandom random) {
        byte[] raw = kind.ofLength(1 + random.nextInt(MAX_RAW_BYTES), random);
        ByteBuffer frame = ByteBuffer.allocate(raw.length + raw.length / 100 + 100);
        assertThat(codec.encode(ByteBuffer.wrap(raw), frame)).isTrue();
        byte[] bytes = new byte[frame.position()];
        frame.get(0, bytes);
        return new Frame(bytes, raw.length);
    }

    void decode(Frame frame) {
        GuardedBuffer from = GuardedBuffer.of(frame.bytes, Memory.DIRECT);
        GuardedBuffer into = GuardedBuffer.ofLength(frame.rawBytes, Memory.DIRECT);
        ByteBuffer raw = into.window();
        try {
            codec.decode(from.window(), raw);
            assertThat(raw.remaining()).isZero();
        } catch (DataIntegrityException damage) {
            assertThat(damage.offset()).isBetween(0L, (long) frame.bytes.length);
        }
        into.assertGuardsUntouched();
        stream(frame.bytes);
    }

    private void stream(byte[] frame) {
        try (InputStream decoder = codec.decoder(new ByteArrayInputStream(frame))) {
            decoder.readNBytes(MAX_STREAM_BYTES);
        } catch (DataIntegrityException damage) {
            assertThat(damage.offset()).isBetween(0L, (long) frame.length);
        } catch (IOException impossible) {
            throw new AssertionError("A stream in memory failed", impossible);
        }
    }

    /** Bytes to decode, and how many raw bytes are said to be in them. */
    static final class Frame {
        final byte[] bytes;
        final int rawBytes;

        Frame(byte[] bytes, int rawBytes) {
            this.bytes = bytes;
            this.rawBytes = rawBytes;
        }
    }
}
