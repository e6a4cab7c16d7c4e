package io.gpusnapshot.storage;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.util.Optional;

/**
 * An object that is being read from its beginning to its end.
 *
 * @param lengthBytes all of it
 * @param content yields exactly that many bytes, or fails; closed with this
 */
public record OpenedObject(long lengthBytes, ReadableByteChannel content) implements Closeable {
    /** Looks how long an object is, and opens all of it. */
    static OpenedObject lookedUp(StorageProvider provider, String key) throws IOException {
        Optional<StorageObject> found = provider.stat(key);
        while (found.isEmpty()) {
            // Fails in the provider's own words, unless the object has come into being since.
            provider.open(key, new ByteRange(0, 1)).close();
            found = provider.stat(key);
        }
        long length = found.get().lengthBytes();
        return new OpenedObject(
                length,
                length == 0
                        ? Channels.newChannel(InputStream.nullInputStream())
                        : provider.open(key, new ByteRange(0, length)));
    }

    @Override
    public void close() throws IOException {
        content.close();
    }
}
