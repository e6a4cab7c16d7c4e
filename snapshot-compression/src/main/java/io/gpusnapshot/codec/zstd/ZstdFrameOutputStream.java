package io.gpusnapshot.codec.zstd;

import com.github.luben.zstd.EndDirective;
import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Objects;

/** Writes one frame of unknown length with a checksum. {@link #flush} ends the current block early. */
final class ZstdFrameOutputStream extends OutputStream {
    private final OutputStream sink;
    private final ZstdCompressCtx context = new ZstdCompressCtx();
    private final ByteBuffer raw = ByteBuffer.allocateDirect(Zstd.blockSizeMax());
    private final ByteBuffer encoded = ByteBuffer.allocateDirect((int) Zstd.compressBound(Zstd.blockSizeMax()));
    private final byte[] piece = new byte[encoded.capacity()];
    private boolean broken;
    private boolean closed;

    ZstdFrameOutputStream(OutputStream sink, int level) {
        this.sink = Objects.requireNonNull(sink, "sink");
        context.setLevel(level).setChecksum(true);
    }

    @Override
    public void write(int value) throws IOException {
        requireOpen();
        raw.put((byte) value);
        if (!raw.hasRemaining()) {
            drain(EndDirective.CONTINUE);
        }
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
            if (!raw.hasRemaining()) {
                drain(EndDirective.CONTINUE);
            }
        }
    }

    @Override
    public void flush() throws IOException {
        requireOpen();
        drain(EndDirective.FLUSH);
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
                context) {
            if (!broken) {
                drain(EndDirective.END);
            }
        }
    }

    /** Passes on what has gathered; with another directive than CONTINUE also all that the library holds back. */
    private void drain(EndDirective directive) throws IOException {
        // Holds if the sink throws: it may have taken a part, and what is added behind a gap is worth nothing.
        broken = true;
        raw.flip();
        boolean done = false;
        while (!done) {
            boolean flushed = context.compressDirectByteBufferStream(encoded, raw, directive);
            done = directive == EndDirective.CONTINUE ? !raw.hasRemaining() : flushed;
            encoded.flip().get(piece, 0, encoded.limit());
            sink.write(piece, 0, encoded.limit());
            encoded.clear();
        }
        raw.clear();
        broken = false;
    }

    private void requireOpen() throws IOException {
        if (closed) {
            throw new IOException("The zstd stream is closed");
        }
        if (broken) {
            throw new IOException("An earlier write to this zstd stream failed");
        }
    }
}
