package io.gpusnapshot.codec.floats;

import java.nio.ByteBuffer;

/** Direct memory, the only kind that the entropy coder works on without pinning the heap. */
final class DirectMemory {
    private DirectMemory() {}

    /** The remaining bytes in direct memory: the buffer itself if it is direct, else a copy. */
    static ByteBuffer of(ByteBuffer bytes) {
        if (bytes.isDirect()) {
            return bytes;
        }
        return ByteBuffer.allocateDirect(bytes.remaining())
                .put(bytes.duplicate())
                .flip();
    }
}
