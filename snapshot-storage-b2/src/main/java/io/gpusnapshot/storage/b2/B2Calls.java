package io.gpusnapshot.storage.b2;

import com.backblaze.b2.client.B2RetryPolicy;
import com.backblaze.b2.client.B2StorageClient;
import com.backblaze.b2.client.exceptions.B2Exception;
import com.backblaze.b2.client.exceptions.B2RuntimeException;
import io.gpusnapshot.error.StorageUnavailableException;
import io.gpusnapshot.storage.StorageConfig;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs calls of the vendor's client. That client neither heeds interrupts nor limits the time of a download, so each
 * call runs on a thread of its own, which the caller can abandon; it ends with the call's own time limits.
 */
final class B2Calls implements AutoCloseable {
    private static final Duration TIME_LIMIT = Duration.ofMinutes(10);

    private final B2StorageClient client;
    private final Supplier<B2RetryPolicy> retries;
    private final B2Errors errors;
    private final ExecutorService threads = Executors.newCachedThreadPool(new DaemonThreads());

    /** A call. */
    @FunctionalInterface
    interface Call<T> {
        T run(B2StorageClient client) throws B2Exception, IOException;
    }

    private static final class DaemonThreads implements ThreadFactory {
        private final AtomicInteger count = new AtomicInteger();

        @Override
        public Thread newThread(Runnable task) {
            Thread thread = new Thread(task, "b2-call-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        }
    }

    B2Calls(B2StorageClient client, Supplier<B2RetryPolicy> retries, B2Errors errors) {
        this.client = client;
        this.retries = retries;
        this.errors = errors;
    }

    /**
     * Runs a call to its end.
     *
     * @param operation what is tried, as a verb, for errors
     */
    <T> T run(String operation, String key, Call<T> call) throws IOException {
        if (Thread.currentThread().isInterrupted()) {
            throw interrupted(operation, key);
        }
        Future<T> result = threads.submit(() -> callWithRetries(call));
        try {
            return result.get(TIME_LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            result.cancel(true);
            throw interrupted(operation, key);
        } catch (TimeoutException late) {
            result.cancel(true);
            throw new StorageUnavailableException(
                    StorageConfig.B2,
                    key,
                    "Gave up to " + operation + " \"" + key + "\" after " + TIME_LIMIT.toMinutes() + " minutes",
                    null,
                    late);
        } catch (ExecutionException failed) {
            throw translate(operation, key, failed.getCause());
        }
    }

    private static InterruptedIOException interrupted(String operation, String key) {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("Interrupted while trying to " + operation + " \"" + key + "\"");
    }

    private IOException translate(String operation, String key, @Nullable Throwable cause) {
        if (isInterrupt(cause)) {
            return interrupted(operation, key);
        }
        Optional<IOException> own = OwnFailure.behind(cause);
        if (own.isPresent()) {
            return own.get();
        }
        if (cause instanceof B2Exception refused) {
            return errors.translate(operation, key, refused);
        }
        if (cause instanceof IOException io) {
            return io;
        }
        if (cause instanceof RuntimeException bug) {
            throw bug;
        }
        return new IOException(cause);
    }

    /** Whether the content to be sent was interrupted; time-outs, which are subclasses, do not count. */
    private static boolean isInterrupt(@Nullable Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause.getClass() == InterruptedIOException.class || cause instanceof ClosedByInterruptException) {
                return true;
            }
        }
        return false;
    }

    /** The client's listings can only throw unchecked exceptions, and so they wrap what went wrong. */
    private <T> T unwrapped(Call<T> call) throws B2Exception, IOException {
        try {
            return call.run(client);
        } catch (B2RuntimeException wrapper) {
            if (wrapper.getCause() instanceof B2Exception failure) {
                throw failure;
            }
            throw wrapper;
        }
    }

    /** The client repeats most failed calls by itself, but not those that a gateway before the service answers. */
    private <T> T callWithRetries(Call<T> call) throws B2Exception, IOException, InterruptedException {
        B2RetryPolicy policy = retries.get();
        for (int attempt = 1; ; attempt++) {
            try {
                return unwrapped(call);
            } catch (B2Exception failure) {
                boolean gateway = failure.getStatus() == 502 || failure.getStatus() == 504;
                Integer waitSeconds = gateway ? policy.gotRetryableAfterDelay("call", attempt, 0, failure) : null;
                if (waitSeconds == null) {
                    throw failure;
                }
                TimeUnit.SECONDS.sleep(waitSeconds);
            }
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
        client.close();
    }
}
