package io.gpusnapshot.storage.s3;

import io.gpusnapshot.error.StorageUnavailableException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Runs calls of the vendor's client. An interrupt does not reach a thread that waits for a socket, so each call runs on a
 * thread of its own, whose exchange is broken off when the caller is interrupted or the time is up.
 */
final class S3Calls implements AutoCloseable {
    private static final Duration TIME_LIMIT = Duration.ofMinutes(10);

    /** A call that is broken off reads its content no more after this; it ends at once unless a name is looked up. */
    private static final Duration END_LIMIT = Duration.ofSeconds(5);

    private final S3Client client;
    private final S3Errors errors;
    private final ExecutorService threads = Executors.newCachedThreadPool(new DaemonThreads());

    /** A call. */
    @FunctionalInterface
    interface Call<T> {
        T run(S3Client client) throws IOException, InterruptedException;
    }

    private static final class DaemonThreads implements ThreadFactory {
        private final AtomicInteger count = new AtomicInteger();

        @Override
        public Thread newThread(Runnable task) {
            Thread thread = new Thread(task, "s3-call-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        }
    }

    S3Calls(S3Client client, S3Errors errors) {
        this.client = client;
        this.errors = errors;
    }

    S3Errors errors() {
        return errors;
    }

    /**
     * Runs a call to its end.
     *
     * @param key what it is about, for errors
     */
    <T> T run(S3Action action, String key, Call<T> call) throws IOException {
        if (Thread.currentThread().isInterrupted()) {
            throw interrupted(action, key);
        }
        Run<T> run = new Run<>(call);
        Future<T> result = threads.submit(run::toEnd);
        try {
            return result.get(TIME_LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException interrupt) {
            run.stop(result);
            throw interrupted(action, key);
        } catch (TimeoutException late) {
            run.stop(result);
            throw new StorageUnavailableException(
                    errors.providerId(),
                    key,
                    "Gave up to " + action.verb() + " \"" + key + "\" after " + TIME_LIMIT.toMinutes() + " minutes",
                    null,
                    late);
        } catch (ExecutionException failed) {
            throw translate(action, key, failed.getCause());
        }
    }

    /** One call on its way. */
    private final class Run<T> {
        private final Call<T> call;
        private final S3Exchange exchange = new S3Exchange();
        private final AtomicBoolean claimed = new AtomicBoolean();
        private final CountDownLatch ended = new CountDownLatch(1);

        Run(Call<T> call) {
            this.call = call;
        }

        T toEnd() throws IOException, InterruptedException {
            if (claimed.getAndSet(true)) {
                throw new CancellationException();
            }
            exchange.begin();
            try {
                return call.run(client);
            } finally {
                exchange.end();
                ended.countDown();
            }
        }

        /** Breaks the call off, and returns when it does not touch its content any more. */
        void stop(Future<T> result) {
            boolean interrupted = false;
            result.cancel(true);
            exchange.abort();
            if (!claimed.getAndSet(true)) {
                return;
            }
            long deadline = System.nanoTime() + END_LIMIT.toNanos();
            for (long left = END_LIMIT.toNanos(); left > 0; left = deadline - System.nanoTime()) {
                try {
                    if (ended.await(left, TimeUnit.NANOSECONDS)) {
                        break;
                    }
                } catch (InterruptedException again) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static InterruptedIOException interrupted(S3Action action, String key) {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("Interrupted while trying to " + action.verb() + " \"" + key + "\"");
    }

    private IOException translate(S3Action action, String key, @Nullable Throwable cause) {
        if (isInterrupt(cause)) {
            return interrupted(action, key);
        }
        if (cause instanceof SdkException refused) {
            return errors.translate(action, key, refused);
        }
        if (cause instanceof UncheckedIOException content) {
            return content.getCause();
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
            if (cause.getClass() == InterruptedIOException.class
                    || cause instanceof ClosedByInterruptException
                    || cause instanceof InterruptedException
                    || cause instanceof AbortedException) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() {
        threads.shutdownNow();
        client.close();
    }
}
