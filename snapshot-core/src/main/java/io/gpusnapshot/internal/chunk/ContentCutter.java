package io.gpusnapshot.internal.chunk;

import java.nio.ByteBuffer;

/**
 * Cuts where the content says so, so that what moves within a file is cut as before: FastCDC, with cuts that are unlikely
 * below the average length and likely above it. Immutable and thread-safe.
 */
public final class ContentCutter {
    /** Bits by which a cut is less likely before the average length, and more likely behind it. */
    private static final int NORMALIZATION = 2;

    private final int minBytes;
    private final int averageBytes;
    private final int maxBytes;
    private final long strict;
    private final long lenient;

    /**
     * @param maxBytes length of the longest chunk, a power of two; the average is half of it, the shortest an eighth
     */
    public ContentCutter(int maxBytes) {
        this.maxBytes = maxBytes;
        this.averageBytes = maxBytes / 2;
        this.minBytes = maxBytes / 8;
        int bits = Integer.numberOfTrailingZeros(averageBytes);
        this.strict = highestBits(bits + NORMALIZATION);
        this.lenient = highestBits(bits - NORMALIZATION);
    }

    private static long highestBits(int count) {
        return -1L << (Long.SIZE - count);
    }

    public int maxBytes() {
        return maxBytes;
    }

    /**
     * Length of the chunk that the remaining bytes begin with.
     *
     * @param data {@link #maxBytes()} at least, unless nothing follows them
     */
    public int cut(ByteBuffer data) {
        int length = Math.min(maxBytes, data.remaining());
        if (length <= minBytes) {
            return length;
        }
        int start = data.position();
        int middle = start + Math.min(averageBytes, length);
        return GearKernel.cut(data, start + minBytes, middle, start + length, strict, lenient) - start;
    }
}
