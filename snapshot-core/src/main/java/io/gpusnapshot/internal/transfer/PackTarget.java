package io.gpusnapshot.internal.transfer;

import io.gpusnapshot.internal.format.StoredPack;
import io.gpusnapshot.storage.ContentSource;
import java.io.IOException;

/** Where packs are put. Thread-safe. */
public interface PackTarget {
    /** Stores a pack and returns once it is durable. */
    StoredPack put(String key, ContentSource content) throws IOException, InterruptedException;
}
