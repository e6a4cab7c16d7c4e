package io.gpusnapshot.internal.transfer;

import io.gpusnapshot.storage.ByteRange;

/** Takes a range of a pack piece by piece, while it is read. It is called by the thread that reads. */
@FunctionalInterface
public interface PieceTaker {
    /**
     * Takes what was read of a piece. What follows may be on its way meanwhile, and waits.
     *
     * @param piece where it lies; one that could not be read to its end may stand for all that was still wanted
     * @param found its bytes; the taker gives the buffer back to the pool it is from
     * @throws TakerFailure if nothing more is wanted
     */
    void take(ByteRange piece, PackRange found) throws TakerFailure;
}
