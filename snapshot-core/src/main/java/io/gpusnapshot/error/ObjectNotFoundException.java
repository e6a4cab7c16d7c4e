package io.gpusnapshot.error;

import org.jspecify.annotations.Nullable;

/** The store has no object of this key. */
public final class ObjectNotFoundException extends StorageException {
    public ObjectNotFoundException(String provider, String key, String message, @Nullable Throwable cause) {
        super(provider, key, message, cause);
    }
}
