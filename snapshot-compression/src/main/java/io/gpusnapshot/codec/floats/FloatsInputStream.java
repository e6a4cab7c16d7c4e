package io.gpusnapshot.codec.floats;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Objects;

/** Reads one frame, block by block. Bytes are handed out only after their block was checked. */
final class FloatsInputStream extends InputStream {
    private final InputStream source;
    private final FrameDecoder<IOException> frame;
    private final ByteBuffer raw =
            ByteBuffer.allocate(FloatsFrame.MAX_BLOCK_BYTES).limit(0);
    private boolean begun;
    private boolean ended;
    private boolean broken;
    private boolean closed;

    FloatsInputStream(InputStream source) {
        this.source = Objects.requireNonNull(source, "source");
        this.frame = new FrameDecoder<>(new StreamSource(source), Workspace.allocate());
    }

    @Override
    public int read() throws IOException {
        return fill() ? raw.get() & 0xFF : -1;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (length == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int part = Math.min(length, raw.remaining());
        raw.get(bytes, offset, part);
        return part;
    }

    @Override
    public int available() throws IOException {
        requireOpen();
        return raw.remaining();
    }

    @Override
    public void close() throws IOException {
        closed = true;
        try (source;
                frame) {
            raw.clear().limit(0);
        }
    }

    /** Makes sure that there is a byte to hand out; false at the end of the frame. */
    private boolean fill() throws IOException {
        requireOpen();
        while (!raw.hasRemaining() && !ended) {
            // Holds if reading throws: nothing may be handed out behind a gap.
            broken = true;
            readBlock();
            broken = false;
        }
        return raw.hasRemaining();
    }

    private void readBlock() throws IOException {
        if (!begun) {
            begun = true;
            frame.readHeader();
        }
        ended = !frame.readBlock(raw.clear());
        raw.flip();
    }

    private void requireOpen() throws IOException {
        if (closed) {
            throw new IOException("The stream of floats is closed");
        }
        if (broken) {
            throw new IOException("An earlier read of this stream of floats failed");
        }
    }
}
