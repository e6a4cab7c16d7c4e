package io.gpusnapshot.storage.b2.emulator;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Reads no more than its guard admits. */
final class GuardedInputStream extends FilterInputStream {
    private final Guard guard;

    GuardedInputStream(InputStream source, Guard guard) {
        super(source);
        this.guard = guard;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        return length == 0 ? 0 : in.read(buffer, offset, guard.admit(length));
    }
}
