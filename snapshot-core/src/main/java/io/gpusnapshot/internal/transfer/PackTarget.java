package io.gpusnapshot.internal.transfer;

import io.gpusnapshot.internal.format.StoredPack;
import io.gpusnapshot.storage.ContentSource;
import java.io.IOException;

/** Where packs are put. Thread-safe. */
public interface PackTarget {
    /**
     * Stores a pack and returns once it is durable.
     *
     * @param whenRead told once when the content is not read any more, which can be earlier; not told if this fails
     */
    StoredPack put(String key, ContentSource content, Runnable whenRead) throws IOException, InterruptedException;

    /**
     * Tells that a pack will probably be put soon, so that what has to precede it can be done meanwhile. Returns at once.
     *
     * @param maxBytes what it has at most, if all goes as expected
     */
    default void preparePut(String key, long maxBytes) {}

    /** Tells that nothing more is put, so that what was prepared in vain can be given up. Returns at once. */
    default void endPuts() {}
}
