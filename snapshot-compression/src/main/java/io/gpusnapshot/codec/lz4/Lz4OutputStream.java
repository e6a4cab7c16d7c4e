package io.gpusnapshot.codec.lz4;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import net.jpountz.xxhash.StreamingXXHash32;

/** Writes one frame of unknown length. {@link #flush} ends the current block early. */
final class Lz4OutputStream extends OutputStream {
    /**
     * Large enough that matches lost at block borders do not matter, small enough for many streams at once.
     *
     * <p>Both checksums are needed to notice every flipped bit. A block's covers its bytes, so also a flip that decodes
     * to the same content, but not the bit that says whether they are compressed; for that one there is the content's.
     */
    private static final FrameHeader HEADER =
            new FrameHeader(FrameHeader.blockMaximum(5), true, true, FrameHeader.UNKNOWN);

    private final OutputStream sink;
    private final FrameWriter writer;
    private final StreamingXXHash32 contentHash = Lz4Backend.newStreamingHash();
    private final ByteBuffer raw = ByteBuffer.allocate(HEADER.blockMaximum());
    /** Not yet written; has room for the header and one block with size and checksum. */
    private final ByteBuffer pending = ByteBuffer.allocate(HEADER.bytes() + HEADER.blockMaximum() + 2 * Integer.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);

    private boolean broken;
    private boolean closed;

    Lz4OutputStream(OutputStream sink, Lz4Backend backend) {
        this.sink = Objects.requireNonNull(sink, "sink");
        this.writer = new FrameWriter(backend);
        HEADER.write(pending, backend);
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
        drain();
        sink.flush();
    }

    /** Ends the frame, unless writing to the sink has failed before, and closes the sink in any case. */
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try (sink) {
            if (!broken) {
                endBlock();
                pending.putInt(FrameHeader.END_MARK).putInt(contentHash.getValue());
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
        if (raw.hasRemaining()) {
            contentHash.update(raw.array(), 0, raw.limit());
            writer.writeBlock(HEADER, raw, raw.limit(), pending);
        }
        raw.clear();
        drain();
    }

    private void drain() throws IOException {
        // Holds if the sink throws: it may have taken a part, and what is added behind a gap is worth nothing.
        broken = true;
        sink.write(pending.array(), 0, pending.position());
        pending.clear();
        broken = false;
    }

    private void requireOpen() throws IOException {
        if (closed) {
            throw new IOException("The LZ4 stream is closed");
        }
        if (broken) {
            throw new IOException("An earlier write to this LZ4 stream failed");
        }
    }
}
