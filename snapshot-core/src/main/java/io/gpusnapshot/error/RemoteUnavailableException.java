package io.gpusnapshot.error;

import org.jspecify.annotations.Nullable;

/** The host does not answer, the link to it was lost, or something took too long. */
public final class RemoteUnavailableException extends RemoteHostException {
    public RemoteUnavailableException(String host, String message, @Nullable Throwable cause) {
        super(host, message, cause);
    }

    @Override
    public boolean isTransient() {
        return true;
    }
}
