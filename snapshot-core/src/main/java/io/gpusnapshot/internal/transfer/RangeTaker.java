package io.gpusnapshot.internal.transfer;

import io.gpusnapshot.storage.ByteRange;
import java.io.IOException;
import java.util.List;

/** Takes what is read of packs, and judges it. Belongs to one thread. */
public interface RangeTaker {
    /** A part of a range that is missing, or not what it should be. */
    record Defect(ByteRange part, IOException cause) {}

    /**
     * Takes what was read of a range.
     *
     * @param fetched perhaps not all of the range; its buffer is the caller's
     * @return parts that shall be read from elsewhere
     * @throws IOException if there is no point in going on
     */
    List<Defect> take(ByteRange range, PackRange fetched) throws IOException, InterruptedException;

    /** Learns that no store has a part as it should be. */
    void lose(ByteRange part, IOException cause) throws IOException;
}
