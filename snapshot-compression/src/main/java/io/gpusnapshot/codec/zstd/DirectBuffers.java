package io.gpusnapshot.codec.zstd;

import java.nio.ByteBuffer;

/** Direct memory, the only kind that the library works on without pinning the heap. */
final class DirectBuffers {
    private DirectBuffers() {}

    /** The remaining bytes in direct memory: the buffer itself if it is direct, else a copy. */
    static ByteBuffer readable(ByteBuffer bytes) {
        if (bytes.isDirect()) {
            return bytes;
        }
        return ByteBuffer.allocateDirect(bytes.remaining())
                .put(bytes.duplicate())
                .flip();
    }
}
