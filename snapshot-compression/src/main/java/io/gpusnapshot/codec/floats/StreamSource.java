package io.gpusnapshot.codec.floats;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A frame from a stream, held block by block. */
final class StreamSource implements FrameSource<IOException> {
    private final InputStream stream;
    private final byte[] piece = new byte[FloatsFrame.MAX_STORED_BYTES];
    /** Starts with the bytes that were peeked at and not skipped. */
    private final ByteBuffer held = ByteBuffer.allocateDirect(piece.length).order(ByteOrder.LITTLE_ENDIAN);

    private int heldBytes;
    private long offset;

    StreamSource(InputStream stream) {
        this.stream = stream;
    }

    @Override
    public long offset() {
        return offset;
    }

    @Override
    public ByteBuffer peek(int bytes) throws IOException {
        int wanted = bytes - heldBytes;
        int read = stream.readNBytes(piece, 0, wanted);
        held.put(heldBytes, piece, 0, read);
        heldBytes += read;
        if (read < wanted) {
            throw FloatsFrame.endsEarly(offset + heldBytes, wanted - read);
        }
        return held.duplicate().order(ByteOrder.LITTLE_ENDIAN).position(0).limit(bytes);
    }

    @Override
    public void skip(int bytes) {
        if (bytes != heldBytes) {
            throw new IllegalStateException("what was peeked at must be skipped as a whole");
        }
        heldBytes = 0;
        offset += bytes;
    }

    @Override
    public boolean isExhausted() throws IOException {
        return stream.read() < 0;
    }
}
