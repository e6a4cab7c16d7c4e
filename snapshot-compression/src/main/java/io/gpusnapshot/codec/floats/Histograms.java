package io.gpusnapshot.codec.floats;

import java.util.Arrays;

/**
 * How often each byte stands at each place modulo eight of a sample; and if a float ended there, how often each of its
 * exponents would, and each of the bytes below that, the sign moved into them. Belongs to one thread.
 */
final class Histograms {
    static final int PLACES = 8;
    private static final int VALUES = 256;

    private final int maxSample;
    /** n·log2(n). */
    private final float[] weights;

    private final int[] bytes = new int[PLACES * VALUES];
    private final int[] exponents = new int[PLACES * VALUES];
    private final int[] fractions = new int[PLACES * VALUES];
    private final int[] merged = new int[VALUES];
    private int sampled;

    Histograms(int maxSample) {
        this.maxSample = maxSample;
        this.weights = new float[maxSample + 1];
        for (int n = 1; n <= maxSample; n++) {
            weights[n] = (float) (n * Math.log(n) / Math.log(2));
        }
    }

    /** Counts a sample anew, whose length is a multiple of eight. */
    void count(byte[] sample, int length) {
        if (length > maxSample) {
            throw new IllegalArgumentException("sample of " + length + " bytes");
        }
        sampled = length;
        Arrays.fill(bytes, 0);
        Arrays.fill(exponents, 0);
        Arrays.fill(fractions, 0);
        int before = 0;
        for (int i = 0; i < length; i++) {
            int value = sample[i] & 0xFF;
            int place = (i & (PLACES - 1)) << 8;
            bytes[place | value]++;
            exponents[place | ((value << 1) & 0xFE) | (before >>> 7)]++;
            fractions[place | (value & 0x80) | (before & 0x7F)]++;
            before = value;
        }
    }

    /** Bits that a byte of one plane holds, for a layout that is known; a fraction of the work of counting everything. */
    float planeBits(byte[] sample, int length, Layout layout, int plane) {
        int width = layout.kind().bytes();
        int first = (layout.lead() + plane) % width;
        int[] counts = merged;
        Arrays.fill(counts, 0);
        if (layout.kind().movesSigns() && plane == width - 1) {
            countExponents(sample, length, first == 0 ? width : first, width, counts);
        } else if (layout.kind().movesSigns() && plane == width - 2) {
            countFractions(sample, length, first, width, counts);
        } else {
            countBytes(sample, length, first, width, counts);
        }
        int total = 0;
        for (int count : counts) {
            total += count;
        }
        return entropy(counts, total);
    }

    private static void countBytes(byte[] sample, int length, int first, int step, int[] counts) {
        for (int i = first; i < length; i += step) {
            counts[sample[i] & 0xFF]++;
        }
    }

    private static void countExponents(byte[] sample, int length, int first, int step, int[] counts) {
        for (int i = first; i < length; i += step) {
            counts[((sample[i] << 1) & 0xFE) | ((sample[i - 1] & 0xFF) >>> 7)]++;
        }
    }

    private static void countFractions(byte[] sample, int length, int first, int step, int[] counts) {
        for (int i = first; i < length - 1; i += step) {
            counts[(sample[i + 1] & 0x80) | (sample[i] & 0x7F)]++;
        }
    }

    /** Bits that a byte holds at places {@code first}, {@code first + step} and so on, as far as the sample tells. */
    float byteBits(int first, int step) {
        return bits(bytes, first, step);
    }

    /** The same of exponents in the highest byte of floats that end at these places. */
    float exponentBits(int last, int step) {
        return bits(exponents, last, step);
    }

    /** The same of the byte below that, once the sign is in it. */
    float fractionBits(int last, int step) {
        return bits(fractions, last, step);
    }

    private float bits(int[] counts, int first, int step) {
        int[] sum = merged;
        System.arraycopy(counts, first * VALUES, sum, 0, VALUES);
        for (int place = first + step; place < PLACES; place += step) {
            int from = place * VALUES;
            for (int value = 0; value < VALUES; value++) {
                sum[value] += counts[from + value];
            }
        }
        return entropy(sum, sampled / step);
    }

    /** With Miller's and Madow's correction, since a small sample of noise looks as if it were less than that. */
    private float entropy(int[] counts, int total) {
        float sum = 0;
        int seen = 0;
        for (int count : counts) {
            sum += weights[count];
            seen += count == 0 ? 0 : 1;
        }
        float log = weights[total] / total;
        float correction = (seen - 1) / (2f * total * 0.6931472f);
        return Math.min(8, log - sum / total + correction);
    }
}
