package io.gpusnapshot.codec.floats;

import io.gpusnapshot.error.DataIntegrityException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A frame in memory; nothing is copied if that is direct. */
final class BufferSource implements FrameSource<DataIntegrityException> {
    private final ByteBuffer frame;

    /** A source of all remaining bytes, whose own position is left alone. */
    BufferSource(ByteBuffer encoded) {
        this.frame = DirectMemory.of(encoded).slice();
    }

    @Override
    public long offset() {
        return frame.position();
    }

    @Override
    public ByteBuffer peek(int bytes) throws DataIntegrityException {
        if (bytes > frame.remaining()) {
            throw FloatsFrame.endsEarly(frame.limit(), bytes - frame.remaining());
        }
        return frame.slice(frame.position(), bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public void skip(int bytes) {
        frame.position(frame.position() + bytes);
    }

    @Override
    public boolean isExhausted() {
        return !frame.hasRemaining();
    }
}
