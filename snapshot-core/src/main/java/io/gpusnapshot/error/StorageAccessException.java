package io.gpusnapshot.error;

import org.jspecify.annotations.Nullable;

/** The store does not know who is asking, or does not allow it. */
public final class StorageAccessException extends StorageException {
    public StorageAccessException(String provider, String key, String message, @Nullable Throwable cause) {
        super(provider, key, message, cause);
    }
}
