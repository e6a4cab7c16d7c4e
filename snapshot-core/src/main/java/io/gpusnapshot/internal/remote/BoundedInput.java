package io.gpusnapshot.internal.remote;

import io.gpusnapshot.error.DataIntegrityException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream that a stranger made, and of which no more than so many bytes are read. */
final class BoundedInput extends FilterInputStream {
    private final long maxBytes;
    private final String subject;
    private long count;

    BoundedInput(InputStream in, long maxBytes, String subject) {
        super(in);
        this.maxBytes = maxBytes;
        this.subject = subject;
    }

    @Override
    public int read() throws IOException {
        byte[] single = new byte[1];
        return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int read = super.read(target, offset, length);
        count += Math.max(read, 0);
        if (count > maxBytes) {
            throw new DataIntegrityException(
                    subject, count, subject + " is refused: it has more than " + maxBytes + " bytes", null);
        }
        return read;
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
