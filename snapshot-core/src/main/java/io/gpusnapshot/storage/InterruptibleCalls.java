package io.gpusnapshot.storage;

import io.gpusnapshot.error.StorageUnavailableException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Runs calls of a vendor's client that does not heed interrupts: each on a thread of its own, which is given up when its
 * caller is interrupted or the time is up. Thread-safe.
 */
public final class InterruptibleCalls implements AutoCloseable {
    private static final Duration TIME_LIMIT = Duration.ofMinutes(10);

    private final String providerId;
    private final ExecutorService threads;

    /**
     * A call.
     *
     * @param <T> what comes of it
     */
    public interface Call<T> {
        /** Does it, on a thread that nobody but this class interrupts. */
        T run() throws Exception;

        /**
         * The caller waits no longer. The call's thread has been interrupted; whatever else ends it is done here.
         * Returns when the call's content is touched no more, if that can be known.
         */
        void giveUp();

        /** Words a failure of {@link #run} for the caller. */
        IOException translate(Throwable failure);
    }

    private static final class DaemonThreads implements ThreadFactory {
        private final String providerId;
        private final AtomicInteger count = new AtomicInteger();

        DaemonThreads(String providerId) {
            this.providerId = providerId;
        }

        @Override
        public Thread newThread(Runnable task) {
            Thread thread = new Thread(task, providerId + "-call-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        }
    }

    /**
     * @param providerId names threads, and the store in errors
     */
    public InterruptibleCalls(String providerId) {
        this.providerId = providerId;
        this.threads = Executors.newCachedThreadPool(new DaemonThreads(providerId));
    }

    /**
     * Runs a call to its end.
     *
     * @param verb what is tried, for errors
     * @param key what it is tried with
     * @throws InterruptedIOException if the thread was interrupted, or the content that is sent was; the thread is
     *     interrupted then
     */
    public <T> T run(String verb, String key, Call<T> call) throws IOException {
        if (Thread.currentThread().isInterrupted()) {
            throw interrupted(verb, key);
        }
        Future<T> result = threads.submit(call::run);
        try {
            return result.get(TIME_LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException interrupt) {
            result.cancel(true);
            call.giveUp();
            throw interrupted(verb, key);
        } catch (TimeoutException late) {
            result.cancel(true);
            call.giveUp();
            throw new StorageUnavailableException(
                    providerId,
                    key,
                    "Gave up to " + verb + " \"" + key + "\" after " + TIME_LIMIT.toMinutes() + " minutes",
                    null,
                    late);
        } catch (ExecutionException failed) {
            throw failure(verb, key, call, failed.getCause());
        }
    }

    private static IOException failure(String verb, String key, Call<?> call, @Nullable Throwable cause) {
        if (cause == null || isInterrupt(cause)) {
            return interrupted(verb, key);
        }
        return call.translate(cause);
    }

    private static InterruptedIOException interrupted(String verb, String key) {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("Interrupted while trying to " + verb + " \"" + key + "\"");
    }

    /** Whether the content to be sent was interrupted; time-outs, which are subclasses, do not count. */
    private static boolean isInterrupt(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause.getClass() == InterruptedIOException.class
                    || cause instanceof ClosedByInterruptException
                    || cause instanceof InterruptedException) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
