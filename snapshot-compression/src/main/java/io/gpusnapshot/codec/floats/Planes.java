package io.gpusnapshot.codec.floats;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.Arrays;

/**
 * One block taken apart. As numbers, the first of <i>w</i> arrays holds the first <i>w</i>-th of them, and so on; as
 * planes, each holds one byte of every number, the lowest first. Number <i>j</i> of <i>n</i> has its bytes at place
 * <i>w</i>·(<i>j</i> mod <i>n/w</i>) + ⌊<i>j</i>/(<i>n/w</i>)⌋ of the planes: an order that costs nothing to make, and as
 * good as any for coding byte by byte. Belongs to one thread.
 */
final class Planes {
    private static final long EVERY_BYTE = 0x0101_0101_0101_0101L;

    /** Wide enough for the largest block at every width: arrays 0 and 1 for two, 0 to 3 for four, all for eight. */
    private final long[][] arrays = new long[8][];

    private ElementKind kind = ElementKind.WORD16;
    private int lanes;

    Planes() {
        for (int i = 0; i < arrays.length; i++) {
            int leastWidth = Math.max(2, Integer.highestOneBit(i) * 2);
            arrays[i] = new long[FloatsFrame.MAX_BLOCK_BYTES / Long.BYTES / leastWidth];
        }
    }

    /** Gets ready for a body of this many bytes, a multiple of the kind's stride. */
    void start(ElementKind elements, int bodyBytes) {
        kind = elements;
        lanes = bodyBytes / elements.stride();
    }

    int planeBytes() {
        return lanes * Long.BYTES;
    }

    /** Takes the numbers from the buffer's position on and makes them planes. */
    void split(ByteBuffer body) {
        LongBuffer numbers = body.order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
        for (int i = 0; i < kind.bytes(); i++) {
            numbers.get(arrays[i], 0, lanes);
            if (kind.movesSigns()) {
                LaneKernel.lowerSigns(arrays[i], lanes, kind.signs(), kind.exponents());
            }
        }
        transpose();
    }

    /** Makes the planes numbers and puts them behind the buffer's position. */
    void merge(ByteBuffer body) {
        transpose();
        LongBuffer numbers = body.order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
        for (int i = 0; i < kind.bytes(); i++) {
            if (kind.movesSigns()) {
                LaneKernel.raiseSigns(arrays[i], lanes, kind.signs(), kind.exponents());
            }
            numbers.put(arrays[i], 0, lanes);
        }
    }

    /** From numbers to planes, and back. */
    private void transpose() {
        int width = kind.bytes();
        for (int i = 0; i < width; i += 2) {
            LaneKernel.exchangeBytes(arrays[i], arrays[i + 1], lanes);
        }
        for (int i = 0; width >= 4 && i < width; i++) {
            if ((i & 2) == 0) {
                LaneKernel.exchangePairs(arrays[i], arrays[i + 2], lanes);
            }
        }
        for (int i = 0; width == 8 && i < 4; i++) {
            LaneKernel.exchangeQuads(arrays[i], arrays[i + 4], lanes);
        }
    }

    boolean isConstant(int plane) {
        long[] bytes = arrays[plane];
        return bytes[0] == (bytes[0] & 0xFF) * EVERY_BYTE && LaneKernel.isConstant(bytes, lanes);
    }

    byte first(int plane) {
        return (byte) arrays[plane][0];
    }

    void fill(int plane, byte value) {
        Arrays.fill(arrays[plane], 0, lanes, (value & 0xFF) * EVERY_BYTE);
    }

    /** Puts a plane behind the buffer's position, which stays. */
    void write(int plane, ByteBuffer target) {
        target.order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().put(arrays[plane], 0, lanes);
    }

    /** Takes a plane from the buffer's position on, which stays. */
    void read(int plane, ByteBuffer source) {
        source.order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().get(arrays[plane], 0, lanes);
    }
}
