package io.gpusnapshot.benchmarks.models;

/**
 * What a perfect coder of single bytes would make of data: for every 512 KiB, the entropy of the bytes at each place of
 * numbers 1, 2, 4 or 8 bytes wide, or of floats with their signs moved below the exponent, whichever is least.
 */
final class OrderZeroBound {
    private static final int WINDOW_BYTES = 512 << 10;
    private static final int PLACES = 8;

    private OrderZeroBound() {}

    /** The bound as a share of the data's size. */
    static double of(byte[] data) {
        double bits = 0;
        for (int start = 0; start < data.length; start += WINDOW_BYTES) {
            bits += leastBits(data, start, Math.min(start + WINDOW_BYTES, data.length));
        }
        return bits / Byte.SIZE / data.length;
    }

    private static double leastBits(byte[] data, int start, int end) {
        int[][] bytes = new int[PLACES][256];
        int[][] exponents = new int[PLACES][256];
        int[][] fractions = new int[PLACES][256];
        int before = 0;
        for (int i = start; i < end; i++) {
            int value = data[i] & 0xFF;
            int place = (i - start) % PLACES;
            bytes[place][value]++;
            exponents[place][((value << 1) & 0xFE) | (before >>> 7)]++;
            fractions[place][(value & 0x80) | (before & 0x7F)]++;
            before = value;
        }
        double least = (double) Byte.SIZE * (end - start);
        for (int width = 1; width <= PLACES; width *= 2) {
            double plain = 0;
            for (int place = 0; place < width; place++) {
                plain += bits(bytes, place, width);
            }
            least = Math.min(least, plain);
            for (int last = 0; (width == 2 || width == 4) && last < width; last++) {
                int below = (last + width - 1) % width;
                double moved = plain - bits(bytes, last, width) - bits(bytes, below, width);
                least = Math.min(least, moved + bits(exponents, last, width) + bits(fractions, last, width));
            }
        }
        return least;
    }

    private static double bits(int[][] counts, int first, int step) {
        int[] sum = new int[256];
        long total = 0;
        for (int place = first; place < PLACES; place += step) {
            for (int value = 0; value < sum.length; value++) {
                sum[value] += counts[place][value];
                total += counts[place][value];
            }
        }
        double bits = 0;
        for (int count : sum) {
            bits -= count == 0 ? 0 : count * Math.log((double) count / total) / Math.log(2);
        }
        return bits;
    }
}
