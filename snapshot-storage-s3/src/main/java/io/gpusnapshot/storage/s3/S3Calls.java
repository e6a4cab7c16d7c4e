package io.gpusnapshot.storage.s3;

import io.gpusnapshot.storage.InterruptibleCalls;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Runs calls of the vendor's client. An interrupt does not reach a thread that waits for a socket, so the exchange of a
 * call is broken off when its caller is interrupted or the time is up.
 */
final class S3Calls implements AutoCloseable {
    /** A call that is broken off reads its content no more after this; it ends at once unless a name is looked up. */
    private static final Duration END_LIMIT = Duration.ofSeconds(5);

    private final S3Client client;
    private final S3Errors errors;
    private final InterruptibleCalls calls;

    /** A call. */
    @FunctionalInterface
    interface Call<T> {
        T run(S3Client client) throws IOException, InterruptedException;
    }

    S3Calls(S3Client client, S3Errors errors) {
        this.client = client;
        this.errors = errors;
        this.calls = new InterruptibleCalls(errors.providerId());
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
        return calls.run(action.verb(), key, new Run<>(action, key, call));
    }

    /** One call on its way. */
    private final class Run<T> implements InterruptibleCalls.Call<T> {
        private final S3Action action;
        private final String key;
        private final Call<T> call;
        private final S3Exchange exchange = new S3Exchange();
        private final AtomicBoolean claimed = new AtomicBoolean();
        private final CountDownLatch ended = new CountDownLatch(1);

        Run(S3Action action, String key, Call<T> call) {
            this.action = action;
            this.key = key;
            this.call = call;
        }

        @Override
        public T run() throws IOException, InterruptedException {
            if (claimed.getAndSet(true)) {
                throw new CancellationException();
            }
            exchange.begin();
            try {
                return call.run(client);
            } catch (AbortedException interrupted) {
                throw (IOException) new InterruptedIOException().initCause(interrupted);
            } finally {
                exchange.end();
                ended.countDown();
            }
        }

        @Override
        public void giveUp() {
            exchange.abort();
            if (claimed.getAndSet(true)) {
                awaitEnd();
            }
        }

        private void awaitEnd() {
            boolean interrupted = false;
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

        @Override
        public IOException translate(Throwable failure) {
            if (failure instanceof SdkException refused) {
                return errors.translate(action, key, refused);
            }
            Throwable content = failure instanceof UncheckedIOException wrapper ? wrapper.getCause() : failure;
            if (content instanceof IOException io) {
                return io;
            }
            if (failure instanceof RuntimeException bug) {
                throw bug;
            }
            return new IOException(failure);
        }
    }

    @Override
    public void close() {
        calls.close();
        client.close();
    }
}
