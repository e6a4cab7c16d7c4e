package io.gpusnapshot.internal.restore;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Takes what becomes of visits. Belongs to one thread. */
interface VisitSink {
    /**
     * Takes the content of a chunk.
     *
     * @param raw the verified bytes; the buffer is the caller's
     */
    void take(ChunkVisit visit, ByteBuffer raw) throws IOException;

    /** Learns that a chunk, or the base that it is the difference to, cannot be had. */
    void giveUp(ChunkVisit visit, IOException cause) throws IOException;
}
