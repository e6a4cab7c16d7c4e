package io.gpusnapshot.error;

/** The repository holds no snapshot of this id, or the store holds no repository at all. */
public final class SnapshotNotFoundException extends SnapshotException {
    public SnapshotNotFoundException(String subject, String message) {
        super(subject, message, null);
    }

    @Override
    public boolean isTransient() {
        return false;
    }
}
