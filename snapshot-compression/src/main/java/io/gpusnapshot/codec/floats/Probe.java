package io.gpusnapshot.codec.floats;

import java.nio.ByteBuffer;

/** Guesses from a sample what a piece of a chunk holds. Belongs to one thread. */
final class Probe {
    /** Pieces that are looked at by themselves: tensors may begin anywhere, and each may begin at another byte. */
    static final int PIECE_BYTES = 64 << 10;

    private static final int WINDOW_BYTES = 512;
    private static final int WINDOWS = 8;
    /** Below this there is nothing to gain that would make up for the table. */
    private static final int MIN_BYTES = 256;
    /** Bits per byte by which taking numbers apart has to be better than not, or by fewer bytes. */
    private static final float MARGIN = 0.04f;

    private final Histograms histograms = new Histograms(WINDOW_BYTES * WINDOWS);
    private final byte[] sample = new byte[WINDOW_BYTES * WINDOWS];
    private final float[] planeBits = new float[8];
    private Layout best = Layout.PLAIN;
    private float bestBits;

    /** Forgets what was seen, so that what is told of a chunk depends on nothing but the chunk. */
    void start() {
        best = Layout.PLAIN;
    }

    /** Looks at a piece, given by absolute places, and tells how to take it apart. */
    Layout look(ByteBuffer raw, int at, int bytes) {
        int sampled = bytes < MIN_BYTES ? 0 : takeSample(raw, at, bytes);
        if (sampled > 0 && isAsBefore(sampled)) {
            return best;
        }
        best = Layout.PLAIN;
        bestBits = 8;
        planeBits[0] = 8;
        if (sampled == 0) {
            return best;
        }
        histograms.count(sample, sampled);
        planeBits[0] = bestBits = histograms.byteBits(0, 1);
        tryWords(ElementKind.WORD16, ElementKind.BFLOAT16);
        tryWords(ElementKind.WORD32, ElementKind.FLOAT32);
        tryWords(ElementKind.WORD64, ElementKind.WORD64);
        return best;
    }

    /** Whether taking the piece apart as the one before gains as much; the common case, and quick to find out. */
    private boolean isAsBefore(int sampled) {
        int width = best.kind().bytes();
        if (width == 1) {
            return false;
        }
        float mean = 0;
        for (int plane = 0; plane < width; plane++) {
            planeBits[plane] = histograms.planeBits(sample, sampled, best, plane);
            mean += planeBits[plane] / width;
        }
        return Math.abs(mean - bestBits) < MARGIN;
    }

    /** Bits per byte of a plane of the layout that was told last. */
    float planeBits(int plane) {
        return planeBits[plane];
    }

    private int takeSample(ByteBuffer raw, int at, int bytes) {
        int window = Math.min(WINDOW_BYTES, bytes / WINDOWS & -Histograms.PLACES);
        int distance = bytes / WINDOWS & -Histograms.PLACES;
        for (int i = 0; i < WINDOWS; i++) {
            raw.get(at + i * distance, sample, i * window, window);
        }
        return WINDOWS * window;
    }

    /** Tries elements as wide as both kinds are: as plain words, and as floats that begin at any byte. */
    private void tryWords(ElementKind words, ElementKind floats) {
        int width = words.bytes();
        float[] bits = new float[width];
        for (int place = 0; place < width; place++) {
            bits[place] = histograms.byteBits(place, width);
        }
        consider(new Layout(words, 0), bits);
        if (floats.movesSigns()) {
            tryFloats(floats, bits);
        }
    }

    private void tryFloats(ElementKind floats, float[] bits) {
        int width = bits.length;
        for (int last = 0; last < width; last++) {
            int below = (last + width - 1) % width;
            float exponent = histograms.exponentBits(last, width);
            if (exponent >= bits[last]) {
                continue;
            }
            float[] moved = bits.clone();
            moved[last] = exponent;
            moved[below] = histograms.fractionBits(last, width);
            consider(new Layout(floats, (last + 1) % width), moved);
        }
    }

    private void consider(Layout layout, float[] bits) {
        float mean = 0;
        for (float plane : bits) {
            mean += plane / bits.length;
        }
        if (mean < bestBits - (layout.kind().bytes() == best.kind().bytes() ? 0 : MARGIN)) {
            best = layout;
            bestBits = mean;
            for (int plane = 0; plane < bits.length; plane++) {
                planeBits[plane] = bits[(layout.lead() + plane) % bits.length];
            }
        }
    }
}
