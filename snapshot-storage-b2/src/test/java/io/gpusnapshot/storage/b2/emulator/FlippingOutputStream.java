package io.gpusnapshot.storage.b2.emulator;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Turns the lowest bit of one byte. */
final class FlippingOutputStream extends FilterOutputStream {
    private final long target;
    private long position;

    FlippingOutputStream(OutputStream sink, long target) {
        super(sink);
        this.target = target;
    }

    @Override
    public void write(int octet) throws IOException {
        out.write(position++ == target ? octet ^ 1 : octet);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        long index = target - position;
        if (index >= 0 && index < length) {
            byte[] changed = bytes.clone();
            changed[offset + (int) index] ^= 1;
            out.write(changed, offset, length);
        } else {
            out.write(bytes, offset, length);
        }
        position += length;
    }
}
