package io.gpusnapshot.error;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The store does not answer, or is too busy. */
public final class StorageUnavailableException extends StorageException {
    private final @Nullable Duration retryAfter;

    public StorageUnavailableException(
            String provider, String key, String message, @Nullable Duration retryAfter, @Nullable Throwable cause) {
        super(provider, key, message, cause);
        this.retryAfter = retryAfter;
    }

    /** How long the store asked to be left alone, when it said so. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    @Override
    public boolean isTransient() {
        return true;
    }
}
