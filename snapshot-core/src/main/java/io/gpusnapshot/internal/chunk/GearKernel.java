package io.gpusnapshot.internal.chunk;

import java.nio.ByteBuffer;

/**
 * The inner loop of cutting by content: a rolling hash, to which each byte adds a random number of its own, and whose
 * highest bits depend on the last {@value #WINDOW_BYTES} bytes alone.
 */
final class GearKernel {
    static final int WINDOW_BYTES = 64;
    /** Other numbers would find none of the cuts that are stored already. */
    private static final long[] GEAR = gear();

    private GearKernel() {}

    /** SplitMix64, from a seed of 0. */
    private static long[] gear() {
        long[] gear = new long[256];
        long state = 0;
        for (int i = 0; i < gear.length; i++) {
            state += 0x9E37_79B9_7F4A_7C15L;
            long mixed = (state ^ state >>> 30) * 0xBF58_476D_1CE4_E5B9L;
            mixed = (mixed ^ mixed >>> 27) * 0x94D0_49BB_1331_11EBL;
            gear[i] = mixed ^ mixed >>> 31;
        }
        return gear;
    }

    /**
     * Finds the first place behind which the hash has none of the bits of a mask.
     *
     * @param from absolute index of the first byte that may be the last before a cut, with a whole window before it
     * @param middle from here on the second mask counts
     * @param end returned if there is no such place before it
     */
    static int cut(ByteBuffer data, int from, int middle, int end, long strict, long lenient) {
        long hash = 0;
        for (int i = from - WINDOW_BYTES; i < from; i++) {
            hash = (hash << 1) + GEAR[data.get(i) & 0xff];
        }
        for (int i = from; i < middle; i++) {
            hash = (hash << 1) + GEAR[data.get(i) & 0xff];
            if ((hash & strict) == 0) {
                return i + 1;
            }
        }
        for (int i = middle; i < end; i++) {
            hash = (hash << 1) + GEAR[data.get(i) & 0xff];
            if ((hash & lenient) == 0) {
                return i + 1;
            }
        }
        return end;
    }
}
