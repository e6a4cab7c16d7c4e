package io.gpusnapshot.codec.fuzz;

import io.gpusnapshot.testing.SeededRandom;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/** Some damage, mostly small, since a frame that is wrong all over is refused at its first byte. */
final class Mutations {
    private static final int[] EXTREMES = {0, 1, -1, 255, 256, 65_535, 65_536, Integer.MAX_VALUE, Integer.MIN_VALUE};

    private final SeededRandom random;

    Mutations(SeededRandom random) {
        this.random = random;
    }

    byte[] of(byte[] frame, List<byte[]> others) {
        byte[] result = frame.clone();
        for (int i = random.nextInt(4); i >= 0; i--) {
            result = result.length < Long.BYTES ? random.nextBytes(random.nextInt(64)) : once(result, others);
        }
        return result;
    }

    private byte[] once(byte[] frame, List<byte[]> others) {
        // Half of the time where headers and lengths are.
        int at = random.nextInt(random.nextInt(2) == 0 ? Math.min(80, frame.length) : frame.length);
        switch (random.nextInt(7)) {
            case 0 -> frame[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> frame[at] = (byte) random.nextInt(256);
            case 2 -> putInt(frame, at, EXTREMES[random.nextInt(EXTREMES.length)]);
            case 3 -> putInt(frame, at, intAt(frame, at) + random.nextInt(-3, 4));
            case 4 -> copyWithin(frame, at);
            case 5 -> {
                return Arrays.copyOf(frame, at);
            }
            default -> {
                return spliced(frame, at, others.get(random.nextInt(others.size())));
            }
        }
        return frame;
    }

    private static int intAt(byte[] frame, int at) {
        return buffer(frame).getInt(Math.min(at, frame.length - Integer.BYTES));
    }

    private static void putInt(byte[] frame, int at, int value) {
        buffer(frame).putInt(Math.min(at, frame.length - Integer.BYTES), value);
    }

    private static ByteBuffer buffer(byte[] frame) {
        return ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN);
    }

    private void copyWithin(byte[] frame, int at) {
        int from = random.nextInt(frame.length);
        int length = Math.min(1 + random.nextInt(32), frame.length - Math.max(at, from));
        System.arraycopy(frame, from, frame, at, length);
    }

    /** The start of one frame and the rest of another. */
    private byte[] spliced(byte[] frame, int at, byte[] other) {
        int from = random.nextInt(other.length);
        byte[] both = Arrays.copyOf(frame, at + other.length - from);
        System.arraycopy(other, from, both, at, other.length - from);
        return both;
    }
}
