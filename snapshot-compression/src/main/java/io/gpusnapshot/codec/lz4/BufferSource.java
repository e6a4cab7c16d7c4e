package io.gpusnapshot.codec.lz4;

import io.gpusnapshot.error.DataIntegrityException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A frame in memory; nothing is copied. */
final class BufferSource implements FrameSource<DataIntegrityException> {
    private final ByteBuffer frame;

    /** A source of all remaining bytes, whose own position is left alone. */
    BufferSource(ByteBuffer encoded) {
        this.frame = encoded.slice();
    }

    @Override
    public long offset() {
        return frame.position();
    }

    @Override
    public ByteBuffer take(int bytes) throws DataIntegrityException {
        if (bytes > frame.remaining()) {
            throw FrameSource.endsEarly(frame.limit(), bytes - frame.remaining());
        }
        ByteBuffer taken = frame.slice(frame.position(), bytes).order(ByteOrder.LITTLE_ENDIAN);
        frame.position(frame.position() + bytes);
        return taken;
    }

    @Override
    public boolean isExhausted() {
        return !frame.hasRemaining();
    }
}
