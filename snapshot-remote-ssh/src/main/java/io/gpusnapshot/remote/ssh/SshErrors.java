package io.gpusnapshot.remote.ssh;

import io.gpusnapshot.error.RemoteAccessException;
import io.gpusnapshot.error.RemoteUnavailableException;
import io.gpusnapshot.error.SnapshotException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.TimeoutException;
import net.schmizz.sshj.common.DisconnectReason;
import net.schmizz.sshj.common.SSHException;
import net.schmizz.sshj.userauth.UserAuthException;
import org.jspecify.annotations.Nullable;

/** Turns what sshj throws into our errors. The only place that does. */
final class SshErrors {
    private SshErrors() {}

    /** A failure on a session that was established. */
    static IOException translate(String host, String what, Exception failure) {
        if (failure instanceof SnapshotException || failure instanceof InterruptedIOException) {
            return (IOException) failure;
        }
        if (isInterrupt(failure)) {
            Thread.currentThread().interrupt();
            return new InterruptedIOException(what + " on " + host + " was cancelled");
        }
        String message = what + " on " + host + " failed: " + reason(failure);
        return new RemoteUnavailableException(host, message, failure);
    }

    /** A failure on the way to a session. */
    static IOException translateLogin(String host, Exception failure, @Nullable String refusal) {
        if (refusal != null) {
            return new RemoteAccessException(host, "Refused to connect to " + host + ": " + refusal, failure);
        }
        if (isRefusedLogin(failure)) {
            return new RemoteAccessException(host, host + " does not let us in: " + reason(failure), failure);
        }
        return translate(host, "Connecting", failure);
    }

    private static boolean isRefusedLogin(Exception failure) {
        if (failure instanceof UserAuthException) {
            // A timeout or a lost link during the login is wrapped in one of these, too.
            return !hasCause(failure, TimeoutException.class)
                    && !hasCause(failure, InterruptedException.class)
                    && !isLostLink(failure);
        }
        return failure instanceof SSHException known
                && known.getDisconnectReason() == DisconnectReason.NO_MORE_AUTH_METHODS_AVAILABLE;
    }

    private static boolean isLostLink(Throwable failure) {
        return causeOf(failure, net.schmizz.sshj.transport.TransportException.class) != null;
    }

    private static boolean isInterrupt(Throwable failure) {
        return hasCause(failure, InterruptedException.class) || failure instanceof InterruptedException;
    }

    private static boolean hasCause(Throwable failure, Class<? extends Throwable> type) {
        return causeOf(failure, type) != null;
    }

    private static <T extends Throwable> @Nullable T causeOf(Throwable failure, Class<T> type) {
        for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return type.cast(cause);
            }
        }
        return null;
    }

    private static String reason(Throwable failure) {
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }
}
