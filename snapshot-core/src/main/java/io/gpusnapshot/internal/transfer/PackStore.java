package io.gpusnapshot.internal.transfer;

import io.gpusnapshot.internal.concurrent.BufferPool;
import io.gpusnapshot.storage.ByteRange;
import java.io.IOException;

/** The one thing that the pipelines know of where packs are kept. Thread-safe. */
public interface PackStore extends PackTarget {
    /**
     * Reads a range of a pack.
     *
     * @param buffers where the room comes from; it is taken when the reading begins. There are enough for
     *     all threads that read at once, or will be soon, and each is as large as the range at least
     * @return the bytes, or those that there are of a pack that is missing, too short or not what the manifest says
     */
    PackRange read(String key, ByteRange range, BufferPool buffers) throws IOException, InterruptedException;

    /**
     * Tells that this object, and probably others near it, will be read soon, so that the store can do meanwhile what has
     * to precede it. Returns at once.
     */
    default void prepareReads(String key) {}

    /** How many reads at once can be of use. */
    int maxReaders();

    /** How many reads at once are of use as things are; the store learns it while it is read from. */
    default int usefulReaders() {
        return maxReaders();
    }

    /** Bytes beyond which a read brings no more; chunks that are longer are read one by one. */
    int maxRangeBytes();

    /** How many puts at once can be of use. */
    int maxWriters();
}
