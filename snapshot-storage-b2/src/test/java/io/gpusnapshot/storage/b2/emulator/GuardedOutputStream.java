package io.gpusnapshot.storage.b2.emulator;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Writes no more than its guard admits, and at once, so that the client has all that went before a cut. */
final class GuardedOutputStream extends FilterOutputStream {
    private final Guard guard;

    GuardedOutputStream(OutputStream sink, Guard guard) {
        super(sink);
        this.guard = guard;
    }

    @Override
    public void write(int octet) throws IOException {
        write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        for (int done = 0; done < length; ) {
            int admitted = guard.admit(length - done);
            out.write(bytes, offset + done, admitted);
            out.flush();
            done += admitted;
        }
    }
}
