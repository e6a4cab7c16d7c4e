package io.gpusnapshot.error;

import org.jspecify.annotations.Nullable;

/** A command ran on the host and failed. */
public final class RemoteCommandException extends RemoteHostException {
    private final int exitCode;
    private final String errorTail;

    /**
     * @param exitCode what the command ended with; 128 and the number of the signal that killed it
     * @param errorTail the end of what it wrote to standard error
     */
    public RemoteCommandException(
            String host, int exitCode, String errorTail, String message, @Nullable Throwable cause) {
        super(host, message, cause);
        this.exitCode = exitCode;
        this.errorTail = errorTail;
    }

    public int exitCode() {
        return exitCode;
    }

    public String errorTail() {
        return errorTail;
    }
}
