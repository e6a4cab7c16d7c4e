package io.gpusnapshot.error;

import org.jspecify.annotations.Nullable;

/** Somebody else holds, or has changed, what this call needs for itself. */
public final class SnapshotConflictException extends SnapshotException {
    public SnapshotConflictException(String subject, String message, @Nullable Throwable cause) {
        super(subject, message, cause);
    }

    @Override
    public boolean isTransient() {
        return false;
    }
}
