package io.gpusnapshot.codec.zstd;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Objects;

/** Reads one frame. Its content is checked as far as its checksum reaches: at the end. */
final class ZstdFrameInputStream extends InputStream {
    private final InputStream source;
    private final ZstdDecompressCtx context = new ZstdDecompressCtx();
    private final byte[] piece = new byte[Zstd.blockSizeMax()];
    private final ByteBuffer encoded = ByteBuffer.allocateDirect(piece.length).limit(0);
    private final ByteBuffer raw =
            ByteBuffer.allocateDirect(Zstd.blockSizeMax()).limit(0);
    /** Encoded bytes read from the source so far. */
    private long offset;

    private boolean ended;
    private boolean broken;
    private boolean closed;

    ZstdFrameInputStream(InputStream source) {
        this.source = Objects.requireNonNull(source, "source");
        context.setLongMax(ZstdFrames.MAX_WINDOW_LOG);
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
                context) {
            raw.clear().limit(0);
        }
    }

    /** Makes sure that there is a byte to hand out; false at the end of the frame. */
    private boolean fill() throws IOException {
        requireOpen();
        while (!raw.hasRemaining() && !ended) {
            // Holds if reading throws: nothing may be handed out behind a gap.
            broken = true;
            decodeMore();
            broken = false;
        }
        return raw.hasRemaining();
    }

    private void decodeMore() throws IOException {
        raw.clear();
        if (offset == 0) {
            takeMagic();
        }
        // First what the library still holds: it may be all that there is to have before a source that waits.
        ended = decompress();
        if (raw.position() == 0 && !ended) {
            refill();
            ended = decompress();
        }
        raw.flip();
        if (ended && (encoded.hasRemaining() || source.read() >= 0)) {
            raw.limit(0);
            throw ZstdFrames.damaged(offset - encoded.remaining(), "surplus bytes follow it", null);
        }
    }

    /** By itself, since the library would read older formats too, and skip what it calls skippable. */
    private void takeMagic() throws IOException {
        offset = source.readNBytes(piece, 0, Integer.BYTES);
        encoded.clear().put(piece, 0, (int) offset).flip();
        ZstdFrames.requireMagic(encoded);
    }

    private boolean decompress() throws IOException {
        try {
            return context.decompressDirectByteBufferStream(raw, encoded);
        } catch (ZstdException failure) {
            throw ZstdFrames.damaged(offset - encoded.remaining(), ZstdFrames.reason(failure), failure);
        }
    }

    private void refill() throws IOException {
        if (encoded.hasRemaining()) {
            return;
        }
        int bytes = source.read(piece, 0, piece.length);
        if (bytes < 0) {
            throw ZstdFrames.damaged(offset, "it ends early", null);
        }
        offset += bytes;
        encoded.clear().put(piece, 0, bytes).flip();
    }

    private void requireOpen() throws IOException {
        if (closed) {
            throw new IOException("The zstd stream is closed");
        }
        if (broken) {
            throw new IOException("An earlier read of this zstd stream failed");
        }
    }
}
