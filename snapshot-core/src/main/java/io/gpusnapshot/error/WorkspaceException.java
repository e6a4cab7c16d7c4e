package io.gpusnapshot.error;

import org.jspecify.annotations.Nullable;

/** A workspace cannot be read, cannot be written, or is not safe to touch. */
public final class WorkspaceException extends SnapshotException {
    /** What is wrong with the workspace. */
    public enum Reason {
        /** It does not exist, is not a directory, or may not be read. */
        UNREADABLE,
        /** It may not be written, or lies on a read-only file system. */
        UNWRITABLE,
        /** Its file system lacks free bytes or inodes. */
        FULL,
        /** A stored path would leave the workspace or pass through a symbolic link. */
        UNSAFE_PATH,
        /** Something else stands where a file or directory must go. */
        OCCUPIED,
        /** Some files could not be finished; the rest were. */
        INCOMPLETE
    }

    private final Reason reason;

    public WorkspaceException(Reason reason, String path, String message, @Nullable Throwable cause) {
        super(path, message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    @Override
    public boolean isTransient() {
        return false;
    }
}
