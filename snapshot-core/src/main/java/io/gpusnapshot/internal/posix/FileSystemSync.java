package io.gpusnapshot.internal.posix;

import java.io.IOException;

/** Makes a file system durable. Thread-safe. */
public interface FileSystemSync extends AutoCloseable {
    /**
     * Makes everything durable that was written to the file system.
     *
     * @throws IOException if something that was written since this was opened, or last synced, could not be; whoever opens
     *     it later does not hear of that
     */
    void sync() throws IOException;

    /** Idempotent. */
    @Override
    void close();
}
