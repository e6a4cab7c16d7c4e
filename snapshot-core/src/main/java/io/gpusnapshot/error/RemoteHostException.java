package io.gpusnapshot.error;

import org.jspecify.annotations.Nullable;

/** A remote host could not be reached, let nobody in, or could not do what it was told. */
public abstract sealed class RemoteHostException extends SnapshotException
        permits RemoteUnavailableException, RemoteAccessException, RemoteCommandException {
    RemoteHostException(String host, String message, @Nullable Throwable cause) {
        super(host, message, cause);
    }

    /** The host as people write it, for example {@code root@gpu-1:22}. */
    public final String host() {
        return subject();
    }

    @Override
    public boolean isTransient() {
        return false;
    }
}
