package io.gpusnapshot.internal.protocol;

import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.error.ObjectNotFoundException;
import io.gpusnapshot.error.PreconditionFailedException;
import io.gpusnapshot.error.RemoteAccessException;
import io.gpusnapshot.error.RemoteCommandException;
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
    private static final String STOPPED = "stopped";
    private static final String ARGUMENT = "argument";
    private static final String UNEXPECTED = "unexpected";
    private static final int MAX_EXIT_CODE = 255;

    private Failure() {}

    public static Message of(Throwable failure) {
        Message message = Message.of("error")
                .with("kind", kind(failure))
                .with("message", ForeignText.line(text(failure)))
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
        if (failure instanceof RemoteCommandException command) {
            message = message.with("exitCode", command.exitCode()).with("errorTail", command.errorTail());
        }
        return message;
    }

    /** Errors that are not made for people often have no text that says what they are. */
    private static String text(Throwable failure) {
        return kind(failure).equals(UNEXPECTED) ? failure.toString() : String.valueOf(failure.getMessage());
    }

    private static String kind(Throwable failure) {
        if (failure instanceof SnapshotException) {
            return failure.getClass().getSimpleName();
        }
        if (failure instanceof InterruptedIOException) {
            return STOPPED;
        }
        return failure instanceof IllegalArgumentException ? ARGUMENT : UNEXPECTED;
    }

    /**
     * The error again. An interrupt there is none here: whoever has not cancelled a job sees it as a job that was lost.
     *
     * @param host where it happened, for errors that are none of ours
     * @return an {@link IOException} or a {@link RuntimeException}
     */
    public static Exception toException(Message message, String host) throws UnsupportedFormatException {
        String text = message.shown("message");
        String subject = message.shown("subject");
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
            case "RemoteCommandException" ->
                new RemoteCommandException(
                        subject,
                        message.count("exitCode", MAX_EXIT_CODE),
                        ForeignText.lines(message.text("errorTail")),
                        text,
                        null);
            case STOPPED -> new RemoteUnavailableException(host, "The job was stopped on " + host + ": " + text, null);
            case ARGUMENT -> new IllegalArgumentException(text);
            case UNEXPECTED -> new IOException("Unexpected failure on " + host + ": " + text);
            default -> storageFailure(message, subject, text);
        };
    }

    /**
     * The error again, for people who have many hosts: a full disk has to be told with the name of whose it is.
     *
     * @param host where it happened
     */
    public static Exception onHost(Message message, String host) throws UnsupportedFormatException {
        String told = message.text("message");
        boolean says = told.contains(host) || !message.text("kind").endsWith("Exception");
        return toException(says ? message : message.with("message", "On " + host + ": " + told), host);
    }

    private static IOException storageFailure(Message message, String key, String text)
            throws UnsupportedFormatException {
        String provider = message.shown("provider");
        return switch (message.text("kind")) {
            case "ObjectNotFoundException" -> new ObjectNotFoundException(provider, key, text, null);
            case "PreconditionFailedException" -> new PreconditionFailedException(provider, key, text, null);
            case "StorageAccessException" -> new StorageAccessException(provider, key, text, null);
            case "StorageUnavailableException" -> {
                Optional<Long> millis = message.optionalNumber("retryAfterMillis");
                yield new StorageUnavailableException(
                        provider, key, text, millis.map(Duration::ofMillis).orElse(null), null);
            }
            case "StorageRequestException" -> new StorageRequestException(provider, key, text, null);
            default -> throw new UnsupportedFormatException("error", "An error of an unknown kind was told: " + text);
        };
    }
}
