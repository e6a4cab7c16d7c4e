package io.gpusnapshot.error;

import org.jspecify.annotations.Nullable;

/** The host is not the one it should be, or does not let us in, or does not let us run commands. */
public final class RemoteAccessException extends RemoteHostException {
    public RemoteAccessException(String host, String message, @Nullable Throwable cause) {
        super(host, message, cause);
    }
}
