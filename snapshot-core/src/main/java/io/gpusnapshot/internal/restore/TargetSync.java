package io.gpusnapshot.internal.restore;

import io.gpusnapshot.internal.concurrent.DaemonThreads;
import io.gpusnapshot.internal.posix.FileSystemSync;
import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Makes what is restored durable. The kernel may keep gigabytes in memory before it begins to write them; here they are
 * synced in the background while more comes in, and little is left for the end. Thread-safe.
 */
final class TargetSync implements AutoCloseable {
    /** Large against what a sync costs by itself, small against what is left for the end without it. */
    static final long STEP_BYTES = 256L << 20;

    private final FileSystemSync fileSystem;
    private final ExecutorService background = Executors.newSingleThreadExecutor(new DaemonThreads("restore-sync"));
    private long unsynced;
    private boolean syncing;
    private boolean closed;
    private @Nullable IOException failure;

    /**
     * @param fileSystem closed with this
     */
    TargetSync(FileSystemSync fileSystem) {
        this.fileSystem = fileSystem;
    }

    /** Tells that so much more was written. */
    synchronized void written(long bytes) {
        unsynced += bytes;
        if (unsynced >= STEP_BYTES && !syncing && !closed) {
            unsynced = 0;
            syncing = true;
            background.execute(this::syncInBackground);
        }
    }

    private void syncInBackground() {
        IOException failed = null;
        try {
            fileSystem.sync();
        } catch (IOException lost) {
            failed = lost;
        }
        synchronized (this) {
            syncing = false;
            failure = failure == null ? failed : failure;
            if (closed) {
                fileSystem.close();
            }
        }
    }

    /**
     * Makes the rest durable.
     *
     * @throws IOException if anything written since the beginning could not be made so
     */
    void finish() throws IOException {
        fileSystem.sync();
        synchronized (this) {
            if (failure != null) {
                throw failure;
            }
        }
    }

    /** Does not wait for a sync in the background, which nothing can interrupt. */
    @Override
    public synchronized void close() {
        closed = true;
        if (!syncing) {
            fileSystem.close();
        }
        background.shutdown();
    }
}
