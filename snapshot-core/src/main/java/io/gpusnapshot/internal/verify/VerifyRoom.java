package io.gpusnapshot.internal.verify;

import io.gpusnapshot.internal.chunk.DecoderPool;
import io.gpusnapshot.internal.concurrent.BufferPool;

/**
 * What the readers of one verification share.
 *
 * @param readers how many they are
 * @param buffers room for a chunk as it is stored, for each of them
 * @param baseBuffers the same for the chunk that it is the difference to
 */
record VerifyRoom(int readers, BufferPool buffers, BufferPool baseBuffers, DecoderPool decoders)
        implements AutoCloseable {
    @Override
    public void close() {
        buffers.close();
        baseBuffers.close();
        decoders.close();
    }
}
