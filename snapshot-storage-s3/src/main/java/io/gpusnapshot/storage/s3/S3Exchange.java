package io.gpusnapshot.storage.s3;

import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.Abortable;

/** The HTTP exchange that a call is in, so that another thread can break it off. Thread-safe. */
final class S3Exchange {
    private static final ThreadLocal<@Nullable S3Exchange> CURRENT = new ThreadLocal<>();

    private @Nullable Abortable request;
    private boolean aborted;

    /** The exchange of this thread's call, if it runs one that can be broken off. */
    static @Nullable S3Exchange current() {
        return CURRENT.get();
    }

    /** Makes this the exchange of this thread. */
    void begin() {
        CURRENT.set(this);
    }

    void end() {
        CURRENT.remove();
    }

    /** Names the request that is under way from now on. */
    synchronized void sends(Abortable next) {
        request = next;
        if (aborted) {
            next.abort();
        }
    }

    /** Breaks the request off, and every one that follows it. */
    synchronized void abort() {
        aborted = true;
        if (request != null) {
            request.abort();
        }
    }
}
