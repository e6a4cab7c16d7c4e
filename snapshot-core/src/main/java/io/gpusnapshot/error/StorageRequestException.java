package io.gpusnapshot.error;

import org.jspecify.annotations.Nullable;

/** The store refused the request for a reason that no other leaf names, for example a full disk or an invalid key. */
public final class StorageRequestException extends StorageException {
    public StorageRequestException(String provider, String key, String message, @Nullable Throwable cause) {
        super(provider, key, message, cause);
    }
}
