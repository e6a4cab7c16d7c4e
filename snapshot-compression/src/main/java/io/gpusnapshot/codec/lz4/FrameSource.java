package io.gpusnapshot.codec.lz4;

import io.gpusnapshot.error.DataIntegrityException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one frame, taken from front to back.
 *
 * @param <X> what else than damage can go wrong
 */
interface FrameSource<X extends IOException> {
    String SUBJECT = "LZ4 frame";

    /** Bytes taken so far. */
    long offset();

    /**
     * Returns the next {@code bytes} bytes as a little-endian buffer that is valid until the next call.
     *
     * @throws DataIntegrityException if the frame ends before
     */
    ByteBuffer take(int bytes) throws X, DataIntegrityException;

    boolean isExhausted() throws X;

    static DataIntegrityException endsEarly(long offset, int missing) {
        return damaged(offset, "it ends where at least " + missing + " more bytes must follow", null);
    }

    static DataIntegrityException damaged(long offset, String what, @Nullable Throwable cause) {
        String message = "Cannot decode " + SUBJECT + ": " + what + " (offset " + offset + ")";
        return new DataIntegrityException(SUBJECT, offset, message, cause);
    }
}
