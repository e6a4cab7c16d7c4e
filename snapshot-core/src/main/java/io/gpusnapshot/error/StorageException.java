package io.gpusnapshot.error;

import org.jspecify.annotations.Nullable;

/** A store could not do, or refused to do, what it was asked. */
public abstract sealed class StorageException extends SnapshotException
        permits ObjectNotFoundException,
                PreconditionFailedException,
                StorageAccessException,
                StorageUnavailableException,
                StorageRequestException {
    private final String provider;

    StorageException(String provider, String key, String message, @Nullable Throwable cause) {
        super(key, message, cause);
        this.provider = provider;
    }

    /** Id of the provider, for example {@code b2} or {@code file}. */
    public final String provider() {
        return provider;
    }

    /** Key of the object, or the prefix or bucket when the call was about those. */
    public final String key() {
        return subject();
    }

    @Override
    public boolean isTransient() {
        return false;
    }
}
