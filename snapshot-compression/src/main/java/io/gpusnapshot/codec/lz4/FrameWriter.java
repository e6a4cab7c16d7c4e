package io.gpusnapshot.codec.lz4;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Writes frames and their blocks into buffers. */
final class FrameWriter {
    private final Lz4Backend backend;

    FrameWriter(Lz4Backend backend) {
        this.backend = backend;
    }

    /** Writes all of {@code raw} as one frame; false if it does not fit, both positions then being as before. */
    boolean writeFrame(ByteBuffer raw, ByteBuffer encoded) {
        ByteBuffer chunk = raw.slice();
        ByteBuffer frame = encoded.slice().order(ByteOrder.LITTLE_ENDIAN);
        FrameHeader header = FrameHeader.ofChunk(chunk.remaining());
        if (frame.remaining() < header.bytes() + Integer.BYTES) {
            return false;
        }
        header.write(frame, backend);
        frame.limit(frame.limit() - Integer.BYTES);
        if (!writeBlocks(header, chunk, frame)) {
            return false;
        }
        frame.limit(frame.capacity()).putInt(FrameHeader.END_MARK);
        encoded.position(encoded.position() + frame.position());
        return true;
    }

    private boolean writeBlocks(FrameHeader header, ByteBuffer chunk, ByteBuffer frame) {
        while (chunk.hasRemaining()) {
            int bytes = Math.min(chunk.remaining(), header.blockMaximum());
            if (!writeBlock(header, chunk, bytes, frame)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Moves {@code bytes} of {@code raw} into a block behind the position of the little-endian {@code frame}; false,
     * with nothing moved, if they do not fit.
     */
    boolean writeBlock(FrameHeader header, ByteBuffer raw, int bytes, ByteBuffer frame) {
        int data = frame.position() + Integer.BYTES;
        int room = frame.limit() - data - header.blockChecksumBytes();
        int length = backend.compress(raw, raw.position(), bytes, frame, data, Math.min(room, bytes - 1));
        int sizeWord = length;
        if (length == Lz4Backend.DOES_NOT_FIT) {
            if (room < bytes) {
                return false;
            }
            frame.put(data, raw, raw.position(), bytes);
            length = bytes;
            sizeWord = bytes | FrameHeader.STORED;
        }
        frame.putInt(sizeWord).position(data + length);
        if (header.blockChecksums()) {
            frame.putInt(backend.hash(frame, data, length));
        }
        raw.position(raw.position() + bytes);
        return true;
    }
}
