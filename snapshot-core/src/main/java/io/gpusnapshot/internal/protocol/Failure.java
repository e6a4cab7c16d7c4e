package io.gpusnapshot.internal.protocol;

import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.error.ObjectNotFoundException;
import io.gpusnapshot.error.PreconditionFailedException;
import io.gpusnapshot.error.RemoteAccessException;
import io.gpusnapshot.error.RemoteUnavailableException;
import io.gpusnapshot.error.SnapshotConflictException;
import io.gpusnapshot.error.SnapshotException;
import io.gpusnapshot.error.SnapshotNotFoundException;
import io.gpusnapshot.error.StorageAccessException;
import io.gpusnapshot.error.StorageException;
import io.gpusnapshot.error.StorageRequestException;
import io.gpusnapshot.error.StorageUnavailableException;
import io.gpusnapshot.error.UnsupportedFormatException;
import io.gpusnapshot.error.WorkspaceException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Optional;

/** Errors as messages: the leaf, and what it knows of itself. Causes stay where they were; their text is kept. */
public final class Failure {
    private static final String CANCELLED = "cancelled";
    private static final String ARGUMENT = "argument";
    private static final String UNEXPECTED = "unexpected";

    private Failure() {}

    public static Message of(Throwable failure) {
        Message message = Message.of("error")
                .with("kind", kind(failure))
                .with("message", String.valueOf(failure.getMessage()))
                .with("subject", failure instanceof SnapshotException known ? known.subject() : "");
        if (failure instanceof StorageException storage) {
            message = message.with("provider", storage.provider());
        }
        if (failure instanceof StorageUnavailableException busy) {
            message = message.with("retryAfterMillis", busy.retryAfter().map(Duration::toMillis));
        }
        if (failure instanceof DataIntegrityException damaged) {
            message = message.with("offset", damaged.offset());
        }
        if (failure instanceof WorkspaceException workspace) {
            message = message.with("reason", workspace.reason().name());
        }
        return message;
    }

    private static String kind(Throwable failure) {
        if (failure instanceof SnapshotException) {
            return failure.getClass().getSimpleName();
        }
        if (failure instanceof InterruptedIOException) {
            return CANCELLED;
        }
        return failure instanceof IllegalArgumentException ? ARGUMENT : UNEXPECTED;
    }

    /**
     * The error again.
     *
     * @param host where it happened, for errors that are none of ours
     * @throws IllegalArgumentException if that is what it was
     */
    public static IOException toException(Message message, String host) throws UnsupportedFormatException {
        String text = message.text("message");
        String subject = message.text("subject");
        return switch (message.text("kind")) {
            case "DataIntegrityException" -> new DataIntegrityException(subject, message.number("offset"), text, null);
            case "UnsupportedFormatException" -> new UnsupportedFormatException(subject, text);
            case "WorkspaceException" ->
                new WorkspaceException(
                        message.parsed("reason", WorkspaceException.Reason::valueOf), subject, text, null);
            case "SnapshotNotFoundException" -> new SnapshotNotFoundException(subject, text);
            case "SnapshotConflictException" -> new SnapshotConflictException(subject, text, null);
            case "RemoteAccessException" -> new RemoteAccessException(subject, text, null);
            case "RemoteUnavailableException" -> new RemoteUnavailableException(subject, text, null);
            case CANCELLED -> new InterruptedIOException(text);
            case ARGUMENT -> throw new IllegalArgumentException(text);
            case UNEXPECTED -> new IOException("Unexpected failure on " + host + ": " + text);
            default -> storageFailure(message, subject, text);
        };
    }

    private static IOException storageFailure(Message message, String key, String text)
            throws UnsupportedFormatException {
        String provider = message.text("provider");
        return switch (message.text("kind")) {
            case "ObjectNotFoundException" -> new ObjectNotFoundException(provider, key, text, null);
            case "PreconditionFailedException" -> new PreconditionFailedException(provider, key, text, null);
            case "StorageAccessException" -> new StorageAccessException(provider, key, text, null);
            case "StorageUnavailableException" -> {
                Optional<Long> millis = message.optionalNumber("retryAfterMillis");
                yield new StorageUnavailableException(
                        provider, key, text, millis.map(Duration::ofMillis).orElse(null), null);
            }
            default -> new StorageRequestException(provider, key, text, null);
        };
    }
}
