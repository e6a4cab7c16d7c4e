package io.gpusnapshot.codec.lz4;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Objects;
import net.jpountz.xxhash.StreamingXXHash32;
import org.jspecify.annotations.Nullable;

/** Reads one frame, block by block. Bytes are handed out only after their block was checked. */
final class Lz4InputStream extends InputStream {
    private final InputStream source;
    private final Lz4Backend backend;
    private final StreamingXXHash32 contentHash = Lz4Backend.newStreamingHash();
    private @Nullable FrameReader<IOException> frame;
    private ByteBuffer raw = ByteBuffer.allocate(0);
    private boolean ended;
    private boolean broken;
    private boolean closed;

    Lz4InputStream(InputStream source, Lz4Backend backend) {
        this.source = Objects.requireNonNull(source, "source");
        this.backend = backend;
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
        raw = ByteBuffer.allocate(0);
        source.close();
    }

    /** Makes sure that there is a byte to hand out; false at the end of the frame. */
    private boolean fill() throws IOException {
        requireOpen();
        while (!raw.hasRemaining() && !ended) {
            // Holds if reading throws: nothing may be handed out behind a gap.
            broken = true;
            readBlock(open());
            broken = false;
        }
        return raw.hasRemaining();
    }

    private FrameReader<IOException> open() throws IOException {
        if (frame == null) {
            frame = FrameReader.open(new StreamSource(source), backend);
            raw = ByteBuffer.allocate(frame.header().blockMaximum()).limit(0);
        }
        return frame;
    }

    private void readBlock(FrameReader<IOException> reader) throws IOException {
        raw.clear();
        boolean more = reader.readBlock(raw);
        raw.flip();
        if (reader.header().contentChecksum()) {
            contentHash.update(raw.array(), 0, raw.limit());
        }
        if (!more) {
            reader.readEnd(contentHash::getValue);
            ended = true;
        }
    }

    private void requireOpen() throws IOException {
        if (closed) {
            throw new IOException("The LZ4 stream is closed");
        }
        if (broken) {
            throw new IOException("An earlier read of this LZ4 stream failed");
        }
    }
}
