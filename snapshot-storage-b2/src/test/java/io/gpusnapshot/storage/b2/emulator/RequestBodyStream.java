package io.gpusnapshot.storage.b2.emulator;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongConsumer;

/** A request's body: counts its bytes, and tells failures of the connection from those of the disk. */
final class RequestBodyStream extends FilterInputStream {
    private final LongConsumer counter;

    RequestBodyStream(InputStream source, LongConsumer counter) {
        super(source);
        this.counter = counter;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int count;
        try {
            count = in.read(buffer, offset, length);
        } catch (IOException e) {
            throw new ClientGoneException("the client went away in mid-body", e);
        }
        if (count > 0) {
            counter.accept(count);
        }
        return count;
    }
}
