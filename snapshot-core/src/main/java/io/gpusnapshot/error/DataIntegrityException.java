package io.gpusnapshot.error;

import org.jspecify.annotations.Nullable;

/** Stored or restored bytes are not what they must be: a wrong digest, a wrong length, a broken frame. */
public final class DataIntegrityException extends SnapshotException {
    private final long offset;

    /**
     * @param offset where in the subject, in bytes from its start, the damage was noticed; 0 when that is not known
     */
    public DataIntegrityException(String subject, long offset, String message, @Nullable Throwable cause) {
        super(subject, message, cause);
        this.offset = offset;
    }

    /** Offset in bytes within the subject at which the damage was noticed; 0 when that is not known. */
    public long offset() {
        return offset;
    }

    @Override
    public boolean isTransient() {
        return false;
    }
}
