package io.gpusnapshot.codec.floats;

import io.gpusnapshot.error.DataIntegrityException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The layout of frames, little-endian throughout: a header; blocks, each with a head, a payload and a CRC32C of both; an
 * end mark, which is a block of no raw bytes whose payload is their sum.
 */
final class FloatsFrame {
    /** {@code GSFL} in ASCII. */
    static final int MAGIC = 0x4C465347;

    static final int VERSION = 1;
    static final long UNKNOWN_LENGTH = -1;
    /** Magic number, version, three bytes of zero, raw length, CRC32C of these. */
    static final int HEADER_BYTES = 20;

    /** Raw bytes, bytes of the payload, kind, lead, two bytes of zero. */
    static final int HEAD_BYTES = 12;

    static final int CHECKSUM_BYTES = Integer.BYTES;
    static final int END_BYTES = HEAD_BYTES + Long.BYTES + CHECKSUM_BYTES;
    /** Planes of such a block, and what they are made from, stay in a core's own cache. */
    static final int MAX_BLOCK_BYTES = 256 << 10;
    /** A block that nothing is gained from, with the largest table. */
    static final int MAX_PAYLOAD_BYTES = MAX_BLOCK_BYTES + Integer.BYTES * 8;

    static final int MAX_STORED_BYTES = HEAD_BYTES + MAX_PAYLOAD_BYTES + CHECKSUM_BYTES;

    private static final String SUBJECT = "floats frame";

    private FloatsFrame() {}

    /** Puts a header behind the position. */
    static void putHeader(ByteBuffer frame, long rawBytes) {
        int start = frame.position();
        frame.order(ByteOrder.LITTLE_ENDIAN).putInt(MAGIC).putInt(VERSION).putLong(rawBytes);
        frame.putInt(checksum(frame, start, frame.position()));
    }

    /** Puts a block's head at a place. */
    static void putHead(ByteBuffer frame, int at, BlockHead head) {
        frame.order(ByteOrder.LITTLE_ENDIAN)
                .putInt(at, head.rawBytes())
                .putInt(at + 4, head.payloadBytes())
                .putInt(at + 8, head.kind().code() | (head.lead() << 8));
    }

    /** Puts the end mark behind the position. */
    static void putEnd(ByteBuffer frame, long rawBytes) {
        int start = frame.position();
        putHead(frame, start, BlockHead.END);
        frame.putLong(start + HEAD_BYTES, rawBytes).position(start + HEAD_BYTES + Long.BYTES);
        frame.putInt(checksum(frame, start, frame.position()));
    }

    static int checksum(ByteBuffer frame, int start, int end) {
        CRC32C crc = new CRC32C();
        crc.update(frame.duplicate().limit(end).position(start));
        return (int) crc.getValue();
    }

    static DataIntegrityException endsEarly(long offset, int missing) {
        return damaged(offset, "it ends where at least " + missing + " more bytes must follow", null);
    }

    static DataIntegrityException damaged(long offset, String what, @Nullable Throwable cause) {
        String message = "Cannot decode " + SUBJECT + ": " + what + " (offset " + offset + ")";
        return new DataIntegrityException(SUBJECT, offset, message, cause);
    }
}
