package io.gpusnapshot.error;

import org.jspecify.annotations.Nullable;

/** A conditional write lost: an object of this key exists already. */
public final class PreconditionFailedException extends StorageException {
    public PreconditionFailedException(String provider, String key, String message, @Nullable Throwable cause) {
        super(provider, key, message, cause);
    }
}
