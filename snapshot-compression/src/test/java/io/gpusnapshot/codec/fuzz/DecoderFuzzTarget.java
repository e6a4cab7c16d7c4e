package io.gpusnapshot.codec.fuzz;

import io.gpusnapshot.codec.fuzz.FuzzedDecoder.Frame;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What Jazzer calls, by the names it looks for: {@link JazzerFuzzTest}. An input is the raw length in four bytes, and a
 * frame.
 */
public final class DecoderFuzzTarget {
    private static @Nullable FuzzedDecoder decoder;

    private DecoderFuzzTarget() {}

    /** Called once; the argument is the codec's id. */
    public static void fuzzerInitialize(String[] args) {
        decoder = FuzzedDecoder.of(args[0]);
    }

    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length < Integer.BYTES) {
            return;
        }
        FuzzedDecoder fuzzed = Objects.requireNonNull(decoder);
        int rawBytes = Math.floorMod(ByteBuffer.wrap(input).getInt(), FuzzedDecoder.MAX_RAW_BYTES);
        byte[] frame = Arrays.copyOfRange(input, Integer.BYTES, input.length);
        fuzzed.decode(new Frame(frame, rawBytes));
        if (fuzzed.hasOwnChecksums()) {
            fuzzed.decode(new Frame(FloatsChecksums.repaired(frame), rawBytes));
        }
    }

    static byte[] input(Frame frame) {
        return ByteBuffer.allocate(Integer.BYTES + frame.bytes.length)
                .putInt(frame.rawBytes)
                .put(frame.bytes)
                .array();
    }
}
