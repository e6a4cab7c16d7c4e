package io.gpusnapshot.internal.http;

import org.jspecify.annotations.Nullable;

/** Stops an exchange from another thread, also one that has not begun. Thread-safe. */
public final class HttpHandle {
    private @Nullable Runnable abort;
    private boolean aborted;

    /** Stops the exchange; the thread that waits for it gets an {@link java.io.IOException}. Idempotent. */
    public synchronized void abort() {
        aborted = true;
        if (abort != null) {
            abort.run();
        }
    }

    public synchronized boolean isAborted() {
        return aborted;
    }

    synchronized void onAbort(Runnable action) {
        abort = action;
        if (aborted) {
            action.run();
        }
    }
}
