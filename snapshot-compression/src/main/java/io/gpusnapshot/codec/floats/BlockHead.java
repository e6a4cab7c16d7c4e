package io.gpusnapshot.codec.floats;

import static io.gpusnapshot.codec.floats.FloatsFrame.damaged;

import io.gpusnapshot.error.DataIntegrityException;
import java.nio.ByteBuffer;

/**
 * What stands before a block's payload.
 *
 * @param lead bytes before the first whole element
 */
record BlockHead(int rawBytes, int payloadBytes, ElementKind kind, int lead) {
    static final BlockHead END = new BlockHead(0, Long.BYTES, ElementKind.BYTES, 0);

    /** Reads a head from the start of a little-endian buffer, and checks all that can be checked without the payload. */
    static BlockHead read(ByteBuffer bytes, long offset) throws DataIntegrityException {
        int rawBytes = bytes.getInt(0);
        int payloadBytes = bytes.getInt(4);
        int layout = bytes.getInt(8);
        if (rawBytes < 0 || rawBytes > FloatsFrame.MAX_BLOCK_BYTES) {
            throw damaged(offset, "a block claims " + Integer.toUnsignedString(rawBytes) + " raw bytes", null);
        }
        if (payloadBytes < 0 || payloadBytes > FloatsFrame.MAX_PAYLOAD_BYTES) {
            throw damaged(offset, "a block claims a payload of " + Integer.toUnsignedString(payloadBytes), null);
        }
        if (layout >>> 16 != 0) {
            throw damaged(offset, "a reserved byte is set", null);
        }
        BlockHead head = new BlockHead(rawBytes, payloadBytes, ElementKind.of(layout & 0xFF, offset), layout >>> 8);
        if (head.isEnd() ? !head.equals(END) : head.isUnfit()) {
            throw damaged(offset, "the head of a block contradicts itself", null);
        }
        return head;
    }

    boolean isEnd() {
        return rawBytes == 0;
    }

    private boolean isUnfit() {
        return lead >= kind.bytes() || bodyBytes() <= 0 || payloadBytes < rawBytes - bodyBytes() + tableBytes();
    }

    /** Raw bytes that the planes hold; what is before and behind them is stored as it is. */
    int bodyBytes() {
        return (rawBytes - lead) / kind.stride() * kind.stride();
    }

    int planeBytes() {
        return bodyBytes() / kind.bytes();
    }

    int tailBytes() {
        return rawBytes - lead - bodyBytes();
    }

    /** One length for each plane. */
    int tableBytes() {
        return kind.bytes() * Integer.BYTES;
    }
}
