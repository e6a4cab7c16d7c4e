package io.gpusnapshot.internal.transfer;

import io.gpusnapshot.internal.format.StoredPack;
import io.gpusnapshot.storage.ByteRange;
import io.gpusnapshot.storage.ContentSource;
import java.io.IOException;
import java.nio.channels.ReadableByteChannel;

/** The one thing that the pipelines know of where packs are kept. Thread-safe. */
public interface PackStore {
    /** Stores a pack and returns once it is durable. */
    StoredPack put(String key, ContentSource content) throws IOException;

    /** Opens a range of a pack; the channel yields exactly that range. */
    ReadableByteChannel open(String key, ByteRange range) throws IOException;
}
