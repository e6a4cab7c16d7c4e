package io.gpusnapshot.benchmarks.models;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Single precision rounded to the nearest number of half the width, to the even one of two. */
final class Rounding {
    private Rounding() {}

    static byte[] toBfloat16(byte[] singles) {
        ByteBuffer source = ByteBuffer.wrap(singles).order(ByteOrder.LITTLE_ENDIAN);
        byte[] result = new byte[singles.length / 2];
        ByteBuffer target = ByteBuffer.wrap(result).order(ByteOrder.LITTLE_ENDIAN);
        while (target.hasRemaining()) {
            int bits = source.getInt();
            target.putShort((short) ((bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16));
        }
        return result;
    }

    static byte[] toHalf(byte[] singles) {
        ByteBuffer source = ByteBuffer.wrap(singles).order(ByteOrder.LITTLE_ENDIAN);
        byte[] result = new byte[singles.length / 2];
        ByteBuffer target = ByteBuffer.wrap(result).order(ByteOrder.LITTLE_ENDIAN);
        while (target.hasRemaining()) {
            target.putShort(half(source.getFloat()));
        }
        return result;
    }

    private static short half(float single) {
        int sign = (Float.floatToRawIntBits(single) >>> 16) & 0x8000;
        double magnitude = Math.min(Math.abs((double) single), 65_504);
        int exponent = Math.max(Math.getExponent(magnitude), -14);
        // In units of the last of ten binary places; 1024 of them carry into the exponent by themselves.
        int steps = (int) Math.rint(Math.scalb(magnitude, 10 - exponent));
        return (short) (sign | (steps + ((exponent + 14) << 10)));
    }
}
