package io.gpusnapshot.storage.b2;

import com.backblaze.b2.client.B2RetryPolicy;
import com.backblaze.b2.client.B2StorageClient;
import com.backblaze.b2.client.exceptions.B2Exception;
import com.backblaze.b2.client.exceptions.B2RuntimeException;
import io.gpusnapshot.storage.InterruptibleCalls;
import io.gpusnapshot.storage.StorageConfig;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Runs calls of the vendor's client, which neither heeds interrupts nor limits the time of a download. A call that its
 * caller has given up ends with the time limits of its connection.
 */
final class B2Calls implements AutoCloseable {
    private final B2StorageClient client;
    private final Supplier<B2RetryPolicy> retries;
    private final B2Errors errors;
    private final InterruptibleCalls calls = new InterruptibleCalls(StorageConfig.B2);

    /** A call. */
    @FunctionalInterface
    interface Call<T> {
        T run(B2StorageClient client) throws B2Exception, IOException;
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
        return calls.run(operation, key, new InterruptibleCalls.Call<>() {
            @Override
            public T run() throws B2Exception, IOException, InterruptedException {
                return callWithRetries(call);
            }

            @Override
            public void giveUp() {
                // Nothing reaches it; the time limits of its connection end it.
            }

            @Override
            public IOException translate(Throwable failure) {
                return B2Calls.this.translate(operation, key, failure);
            }
        });
    }

    private IOException translate(String operation, String key, Throwable cause) {
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
        calls.close();
        client.close();
    }
}
