package io.gpusnapshot.storage;

import io.gpusnapshot.error.DataIntegrityException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;

/** Fails when content is not as long as it was said to be. */
final class ExactStream extends FilterInputStream {
    private final String key;
    private final long length;
    private long count;

    ExactStream(String key, InputStream in, long length) {
        super(in);
        this.key = key;
        this.length = length;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int wanted) throws IOException {
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("Interrupted while sending \"" + key + "\"");
        }
        int read = super.read(target, offset, wanted);
        count += Math.max(read, 0);
        boolean ended = read < 0;
        if (count > length || (ended && count < length)) {
            throw new DataIntegrityException(
                    key,
                    count,
                    "The content of \"" + key + "\" has " + (ended ? "only " : "at least ") + count + " bytes, but "
                            + length + " were announced",
                    null);
        }
        return read;
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
