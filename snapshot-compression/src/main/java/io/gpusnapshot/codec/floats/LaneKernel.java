package io.gpusnapshot.codec.floats;

/**
 * The inner loops. Every one of them walks arrays at the same index, two at a time at most, with operations that the
 * compiler has vector instructions for: this is what it turns into vector code, at memory speed. One loop over four
 * arrays, which it leaves as it is, takes 25 times as long.
 */
final class LaneKernel {
    private static final long EVEN_BYTES = 0x00FF_00FF_00FF_00FFL;
    private static final long EVEN_PAIRS = 0x0000_FFFF_0000_FFFFL;
    private static final long EVEN_QUADS = 0x0000_0000_FFFF_FFFFL;

    private LaneKernel() {}

    /** Exchanges the odd bytes of {@code low} with the even bytes of {@code high}. Done twice, it undoes itself. */
    static void exchangeBytes(long[] low, long[] high, int lanes) {
        for (int i = 0; i < lanes; i++) {
            long first = low[i];
            long second = high[i];
            low[i] = (first & EVEN_BYTES) | (second & EVEN_BYTES) << 8;
            high[i] = (first >>> 8 & EVEN_BYTES) | (second & ~EVEN_BYTES);
        }
    }

    /** Does the same with pairs of bytes. */
    static void exchangePairs(long[] low, long[] high, int lanes) {
        for (int i = 0; i < lanes; i++) {
            long first = low[i];
            long second = high[i];
            low[i] = (first & EVEN_PAIRS) | (second & EVEN_PAIRS) << 16;
            high[i] = (first >>> 16 & EVEN_PAIRS) | (second & ~EVEN_PAIRS);
        }
    }

    /** Does the same with four bytes at a time. */
    static void exchangeQuads(long[] low, long[] high, int lanes) {
        for (int i = 0; i < lanes; i++) {
            long first = low[i];
            long second = high[i];
            low[i] = (first & EVEN_QUADS) | (second & EVEN_QUADS) << 32;
            high[i] = (first >>> 32 & EVEN_QUADS) | (second & ~EVEN_QUADS);
        }
    }

    /** Moves signs below the eight bits of their exponents, which fill the highest byte of a number then. */
    static void lowerSigns(long[] numbers, int lanes, long signs, long exponents) {
        long others = ~(signs | exponents);
        for (int i = 0; i < lanes; i++) {
            long bits = numbers[i];
            numbers[i] = (bits & signs) >>> 8 | (bits & exponents) << 1 | (bits & others);
        }
    }

    /** Undoes {@link #lowerSigns}. */
    static void raiseSigns(long[] numbers, int lanes, long signs, long exponents) {
        long lowered = signs >>> 8;
        long raised = exponents << 1;
        long others = ~(signs | exponents);
        for (int i = 0; i < lanes; i++) {
            long bits = numbers[i];
            numbers[i] = (bits & lowered) << 8 | (bits & raised) >>> 1 | (bits & others);
        }
    }

    /** Whether all lanes are as the first. */
    static boolean isConstant(long[] plane, int lanes) {
        long first = plane[0];
        for (int start = 0; start < lanes; start += 64) {
            long difference = 0;
            for (int i = start; i < Math.min(start + 64, lanes); i++) {
                difference |= plane[i] ^ first;
            }
            if (difference != 0) {
                return false;
            }
        }
        return true;
    }
}
