package io.gpusnapshot.codec.zstd;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import io.gpusnapshot.error.DataIntegrityException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** What a frame must be before any of it is decoded, and what to say where it is not. */
final class ZstdFrames {
    /** What every decoder of the format should have room for, and what the levels up to 19 keep within. */
    static final int MAX_WINDOW_LOG = 23;

    static final int MAX_LEVEL = 19;
    /** The library's own bound, which is not asked for it so that its native code is loaded at first use only. */
    static final int MIN_LEVEL = -(1 << 17);

    private static final int MAGIC = 0xFD2FB528;
    private static final String SUBJECT = "zstd frame";
    /** Negative answers of the library: the content size is absent, or the header is malformed. */
    private static final long ABSENT = -1;

    private ZstdFrames() {}

    /** Checks that a direct buffer, from 0 to its limit, is a single frame that claims no other raw length. */
    static void requireOne(ByteBuffer frame, int rawBytes) throws DataIntegrityException {
        int bytes = frame.limit();
        requireMagic(frame);
        long claimed = Zstd.getDirectByteBufferFrameContentSize(frame, 0, bytes);
        if (claimed != ABSENT && claimed != rawBytes) {
            throw damaged(Integer.BYTES, "it does not claim the " + rawBytes + " raw bytes that must be", null);
        }
        long length = Zstd.findDirectByteBufferFrameCompressedSize(frame, 0, bytes);
        if (length != bytes) {
            throw damaged(
                    bytes, Zstd.isError(length) ? "it ends early or is malformed" : "surplus bytes follow it", null);
        }
    }

    /** Checks the first four bytes. */
    static void requireMagic(ByteBuffer frame) throws DataIntegrityException {
        if (frame.limit() < Integer.BYTES
                || frame.order(ByteOrder.LITTLE_ENDIAN).getInt(0) != MAGIC) {
            throw damaged(0, "it does not start with the magic number", null);
        }
    }

    static String reason(ZstdException failure) {
        return "the library says \"" + failure.getMessage() + "\"";
    }

    static DataIntegrityException damaged(long offset, String what, @Nullable Throwable cause) {
        String message = "Cannot decode " + SUBJECT + ": " + what + " (offset " + offset + ")";
        return new DataIntegrityException(SUBJECT, offset, message, cause);
    }
}
