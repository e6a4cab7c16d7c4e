package io.gpusnapshot.codec.lz4;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A frame from a stream, held piece by piece in one heap buffer that grows to the largest of them. */
final class StreamSource implements FrameSource<IOException> {
    private final InputStream stream;
    private ByteBuffer piece = ByteBuffer.allocate(0);
    private long offset;

    StreamSource(InputStream stream) {
        this.stream = stream;
    }

    @Override
    public long offset() {
        return offset;
    }

    @Override
    public ByteBuffer take(int bytes) throws IOException {
        if (piece.capacity() < bytes) {
            piece = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        }
        int read = stream.readNBytes(piece.array(), 0, bytes);
        offset += read;
        if (read < bytes) {
            throw FrameSource.endsEarly(offset, bytes - read);
        }
        return piece.clear().limit(bytes);
    }

    @Override
    public boolean isExhausted() throws IOException {
        return stream.read() < 0;
    }
}
