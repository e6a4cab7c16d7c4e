package io.gpusnapshot.benchmarks.models;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;

/** What a later checkpoint of the same weights may look like. */
final class Successors {
    private static final long SEED = 42;

    private Successors() {}

    /**
     * Weights of single precision after a step of training.
     *
     * @param share of the values that change, 0 to 1
     * @param step by how much of itself such a value changes, times a number of the standard normal distribution
     */
    static byte[] of(byte[] singles, double share, double step) {
        SplittableRandom random = new SplittableRandom(SEED);
        ByteBuffer source = ByteBuffer.wrap(singles).order(ByteOrder.LITTLE_ENDIAN);
        byte[] result = singles.clone();
        ByteBuffer target = ByteBuffer.wrap(result).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at < singles.length; at += Float.BYTES) {
            if (random.nextDouble() < share) {
                float weight = source.getFloat(at);
                target.putFloat(at, (float) (weight * (1 + step * random.nextGaussian())));
            }
        }
        return result;
    }

    /** What of two checkpoints differs, bit by bit. */
    static byte[] difference(byte[] former, byte[] later) {
        byte[] difference = former.clone();
        for (int i = 0; i < difference.length; i++) {
            difference[i] ^= later[i];
        }
        return difference;
    }
}
