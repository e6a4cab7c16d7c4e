package io.gpusnapshot.internal.chunk;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Takes the difference of two runs of bytes, and puts one back together from the other and the difference. */
final class XorKernel {
    private XorKernel() {}

    /** Changes the remaining bytes of {@code target} to their exclusive-or with those of {@code other}, as many. */
    static void xor(ByteBuffer target, ByteBuffer other) {
        if (target.remaining() != other.remaining()) {
            throw new IllegalArgumentException(target.remaining() + " bytes against " + other.remaining());
        }
        ByteBuffer left = target.slice().order(ByteOrder.nativeOrder());
        ByteBuffer right = other.slice().order(ByteOrder.nativeOrder());
        int length = left.remaining();
        int whole = length & -(4 * Long.BYTES);
        for (int i = 0; i < whole; i += 4 * Long.BYTES) {
            left.putLong(i, left.getLong(i) ^ right.getLong(i));
            left.putLong(i + 8, left.getLong(i + 8) ^ right.getLong(i + 8));
            left.putLong(i + 16, left.getLong(i + 16) ^ right.getLong(i + 16));
            left.putLong(i + 24, left.getLong(i + 24) ^ right.getLong(i + 24));
        }
        for (int i = whole; i < length; i++) {
            left.put(i, (byte) (left.get(i) ^ right.get(i)));
        }
    }
}
