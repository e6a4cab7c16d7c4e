package io.gpusnapshot.storage;

import java.io.IOException;
import java.nio.channels.ReadableByteChannel;

/**
 * Bytes to store, of known length, that can be read again from any offset. Every opening yields the same bytes, so a
 * failed transfer can start over or go on where it broke. Openings may overlap in time, on different threads.
 */
public interface ContentSource {
    /** Number of bytes. */
    long length();

    /**
     * Opens the bytes from {@code offset} to the end. The caller closes the channel.
     *
     * @param offset from 0 to {@link #length()}
     */
    ReadableByteChannel open(long offset) throws IOException;
}
