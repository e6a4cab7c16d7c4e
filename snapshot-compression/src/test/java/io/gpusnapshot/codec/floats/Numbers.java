package io.gpusnapshot.codec.floats;

import io.gpusnapshot.testing.SeededRandom;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Kinds of numbers that tensors hold. */
enum Numbers {
    BF16(2) {
        @Override
        void put(ByteBuffer into, SeededRandom random) {
            into.putShort((short) (weight(random) >>> 16));
        }
    },
    FP16(2) {
        @Override
        void put(ByteBuffer into, SeededRandom random) {
            into.putShort(half(random));
        }
    },
    FP32(4) {
        @Override
        void put(ByteBuffer into, SeededRandom random) {
            into.putInt(weight(random));
        }
    },
    /** Single precision with the digits of half precision. */
    FP32_BORN_FP16(4) {
        @Override
        void put(ByteBuffer into, SeededRandom random) {
            into.putInt(weight(random) & 0xFFFF_E000);
        }
    },
    FP32_BORN_BF16(4) {
        @Override
        void put(ByteBuffer into, SeededRandom random) {
            into.putInt(weight(random) & 0xFFFF_0000);
        }
    },
    FP64_BORN_FP32(8) {
        @Override
        void put(ByteBuffer into, SeededRandom random) {
            into.putDouble(Float.intBitsToFloat(weight(random)));
        }
    },
    INT64(8) {
        @Override
        void put(ByteBuffer into, SeededRandom random) {
            into.putLong(random.nextInt(30_000));
        }
    };

    private final int width;

    Numbers(int width) {
        this.width = width;
    }

    int width() {
        return width;
    }

    abstract void put(ByteBuffer into, SeededRandom random);

    /** So many bytes, the first of which is not the first of a number but of its last {@code phase} bytes. */
    byte[] bytes(int length, int phase, SeededRandom random) {
        ByteBuffer numbers = ByteBuffer.allocate(length + 2 * width).order(ByteOrder.LITTLE_ENDIAN);
        while (numbers.remaining() >= width) {
            put(numbers, random);
        }
        byte[] bytes = new byte[length];
        numbers.get((width - phase) % width, bytes);
        return bytes;
    }

    private static int weight(SeededRandom random) {
        return Float.floatToRawIntBits((float) (random.nextGaussian() * 0.02));
    }

    private static short half(SeededRandom random) {
        int bits = weight(random);
        int exponent = Math.max(0, ((bits >>> 23) & 0xFF) - 112);
        return (short) (((bits >>> 16) & 0x8000) | (exponent << 10) | ((bits >>> 13) & 0x3FF));
    }
}
