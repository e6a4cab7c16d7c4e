package io.gpusnapshot.codec.floats;

import io.gpusnapshot.error.DataIntegrityException;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The bytes of one frame, taken from front to back.
 *
 * @param <X> what else than damage can go wrong
 */
interface FrameSource<X extends IOException> {
    /** Bytes that are done with. */
    long offset();

    /**
     * Returns the next {@code bytes} bytes as a direct little-endian buffer that is valid until the next call, without
     * being done with them: the next call, for more, has them in front again.
     *
     * @throws DataIntegrityException if the frame ends before
     */
    ByteBuffer peek(int bytes) throws X, DataIntegrityException;

    /** Is done with so many of the bytes that were returned last. */
    void skip(int bytes);

    /** Whether nothing follows the bytes that are done with. */
    boolean isExhausted() throws X;
}
