package io.gpusnapshot.storage.b2.emulator;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.function.LongConsumer;

/** Tells somebody of the bytes just before they pass. */
final class CountingOutputStream extends FilterOutputStream {
    private final LongConsumer counter;

    CountingOutputStream(OutputStream sink, LongConsumer counter) {
        super(sink);
        this.counter = counter;
    }

    @Override
    public void write(int octet) throws IOException {
        counter.accept(1);
        out.write(octet);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        counter.accept(length);
        out.write(bytes, offset, length);
    }
}
