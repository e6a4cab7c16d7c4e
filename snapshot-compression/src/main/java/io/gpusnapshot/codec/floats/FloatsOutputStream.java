package io.gpusnapshot.codec.floats;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Objects;

/** Writes one frame of unknown length. {@link #flush} ends the current block early. */
final class FloatsOutputStream extends OutputStream {
    private static final int PIECES = FloatsFrame.MAX_BLOCK_BYTES / Probe.PIECE_BYTES;

    private final OutputStream sink;
    private final FrameEncoder encoder = new FrameEncoder(Workspace.allocate());
    private final ByteBuffer raw = ByteBuffer.allocateDirect(FloatsFrame.MAX_BLOCK_BYTES);
    /** Not yet written; has room for the header and as many blocks as {@code raw} can become. */
    private final ByteBuffer pending = ByteBuffer.allocateDirect(FloatsFrame.HEADER_BYTES
            + FloatsFrame.MAX_BLOCK_BYTES
            + PIECES * (FloatsFrame.MAX_STORED_BYTES - FloatsFrame.MAX_BLOCK_BYTES)
            + FloatsFrame.END_BYTES);

    private final byte[] piece = new byte[pending.capacity()];
    private long rawBytes;
    private boolean broken;
    private boolean closed;

    FloatsOutputStream(OutputStream sink) {
        this.sink = Objects.requireNonNull(sink, "sink");
        FloatsFrame.putHeader(pending, FloatsFrame.UNKNOWN_LENGTH);
    }

    @Override
    public void write(int value) throws IOException {
        requireOpen();
        raw.put((byte) value);
        endFullBlock();
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        requireOpen();
        int written = 0;
        while (written < length) {
            int part = Math.min(raw.remaining(), length - written);
            raw.put(bytes, offset + written, part);
            written += part;
            endFullBlock();
        }
    }

    @Override
    public void flush() throws IOException {
        requireOpen();
        endBlock();
        sink.flush();
    }

    /** Ends the frame, unless writing to the sink has failed before, and closes the sink in any case. */
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try (sink;
                encoder) {
            if (!broken) {
                endBlock();
                FloatsFrame.putEnd(pending, rawBytes);
                drain();
            }
        }
    }

    private void endFullBlock() throws IOException {
        if (!raw.hasRemaining()) {
            endBlock();
        }
    }

    private void endBlock() throws IOException {
        raw.flip();
        rawBytes += raw.remaining();
        if (!encoder.encodeBlocks(raw, pending)) {
            throw new IllegalStateException("no room for a block");
        }
        raw.clear();
        drain();
    }

    private void drain() throws IOException {
        // Holds if the sink throws: it may have taken a part, and what is added behind a gap is worth nothing.
        broken = true;
        int bytes = pending.position();
        pending.get(0, piece, 0, bytes);
        sink.write(piece, 0, bytes);
        pending.clear();
        broken = false;
    }

    private void requireOpen() throws IOException {
        if (closed) {
            throw new IOException("The stream of floats is closed");
        }
        if (broken) {
            throw new IOException("An earlier write to this stream of floats failed");
        }
    }
}
