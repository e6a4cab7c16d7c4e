package io.gpusnapshot.error;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Root of every checked failure of the SDK. It is an {@link IOException} because the streams and channels of the SPIs
 * can throw nothing else: a failure at a call and a failure in mid-stream belong to one family.
 *
 * <p>A message names what was tried, on what, and what to do; it never holds a secret. A {@linkplain #isTransient()
 * transient} failure that reaches a caller has already been retried as often as the SDK is willing to.
 */
public abstract sealed class SnapshotException extends IOException
        permits StorageException,
                DataIntegrityException,
                UnsupportedFormatException,
                RemoteHostException,
                WorkspaceException,
                SnapshotNotFoundException,
                SnapshotConflictException {
    private final String subject;

    SnapshotException(String subject, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.subject = subject;
    }

    /** What the failure is about: a key, a path, a host, a snapshot id. */
    public final String subject() {
        return subject;
    }

    /** Whether the same call may succeed later although nothing was changed. */
    public abstract boolean isTransient();
}
