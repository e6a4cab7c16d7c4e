package io.gpusnapshot.internal.create;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The large files that a create is reading, so that one that stops leaves none open. Thread-safe. */
final class OpenFiles {
    private final Set<LargeFile> files = ConcurrentHashMap.newKeySet();

    void add(LargeFile file) {
        files.add(file);
    }

    /** All pieces of a file have been read. */
    void close(LargeFile file) throws IOException {
        files.remove(file);
        file.close();
    }

    /** Closes what a create that stopped has left open. No thread may be reading any more. */
    void closeAll() throws IOException {
        for (LargeFile file : files) {
            file.close();
        }
    }
}
