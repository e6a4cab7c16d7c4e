package io.gpusnapshot.error;

/** Something stored was written by a newer version, or needs a feature or codec that is not at hand. */
public final class UnsupportedFormatException extends SnapshotException {
    public UnsupportedFormatException(String subject, String message) {
        super(subject, message, null);
    }

    @Override
    public boolean isTransient() {
        return false;
    }
}
