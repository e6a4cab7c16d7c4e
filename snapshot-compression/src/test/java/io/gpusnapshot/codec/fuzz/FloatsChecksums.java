package io.gpusnapshot.codec.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/** Makes the checksums of a damaged floats frame right, so that what is behind them is met. */
final class FloatsChecksums {
    private FloatsChecksums() {}

    static byte[] repaired(byte[] frame) {
        byte[] result = frame.clone();
        ByteBuffer bytes = buffer(result);
        if (frame.length < 20) {
            return result;
        }
        bytes.putInt(16, crc(result, 0, 16));
        int at = 20;
        while (at + 12 <= result.length) {
            int payload = bytes.getInt(at + 4);
            if (payload < 0 || payload > result.length - at - 16) {
                break;
            }
            bytes.putInt(at + 12 + payload, crc(result, at, 12 + payload));
            at += 16 + payload;
        }
        return result;
    }

    private static ByteBuffer buffer(byte[] frame) {
        return ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static int crc(byte[] bytes, int at, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, at, length);
        return (int) crc.getValue();
    }
}
