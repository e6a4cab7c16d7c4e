package io.gpusnapshot.remote.ssh;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Leaves out everything up to the mark, which is looked for at the first reading. */
final class MarkedOutput extends FilterInputStream {
    private final Preamble preamble;
    private boolean begun;

    MarkedOutput(Preamble preamble, InputStream stream) {
        super(stream);
        this.preamble = preamble;
    }

    @Override
    public int read() throws IOException {
        begin();
        return super.read();
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        begin();
        return super.read(target, offset, length);
    }

    private void begin() throws IOException {
        if (!begun && preamble.skipTo(in).isFound()) {
            Preamble.readRest(in);
        }
        begun = true;
    }
}
