package io.gpusnapshot.internal.chunk;

import java.nio.ByteBuffer;

/** Looks for zeros in buffers. */
public final class ZeroScanKernel {
    /** The smallest hole that common file systems can make. */
    public static final int BLOCK_BYTES = 4096;

    private ZeroScanKernel() {}

    /** Whether the bytes from {@code start} to before {@code end} are all zero. Costs little where they are not. */
    public static boolean isZero(ByteBuffer buffer, int start, int end) {
        int i = start;
        for (; i + 64 <= end; i += 64) {
            long bits = buffer.getLong(i)
                    | buffer.getLong(i + 8)
                    | buffer.getLong(i + 16)
                    | buffer.getLong(i + 24)
                    | buffer.getLong(i + 32)
                    | buffer.getLong(i + 40)
                    | buffer.getLong(i + 48)
                    | buffer.getLong(i + 56);
            if (bits != 0) {
                return false;
            }
        }
        for (; i < end; i++) {
            if (buffer.get(i) != 0) {
                return false;
            }
        }
        return true;
    }
}
