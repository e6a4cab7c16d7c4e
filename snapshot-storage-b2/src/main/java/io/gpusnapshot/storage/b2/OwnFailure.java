package io.gpusnapshot.storage.b2;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Carries a failure of our own through the vendor's client, which takes every {@link IOException} for one of the network
 * and repeats the call.
 */
final class OwnFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final IOException failure;

    OwnFailure(IOException failure) {
        super(failure);
        this.failure = failure;
    }

    /** The failure that was thrown, if it is the reason for what the client throws. */
    static Optional<IOException> behind(@Nullable Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof OwnFailure own) {
                return Optional.of(own.failure);
            }
        }
        return Optional.empty();
    }
}
