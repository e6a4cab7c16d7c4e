package io.gpusnapshot.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.gpusnapshot.error.SnapshotException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.FileSystemException;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Tells people and scripts what went wrong, in one line each. */
final class Failures implements CommandLine.IParameterExceptionHandler, CommandLine.IExecutionExceptionHandler {
    private final Terminal terminal;
    private final boolean json;
    private final boolean debug;

    /**
     * @param arguments as typed, since the parser may be what fails
     */
    Failures(Terminal terminal, String... arguments) {
        this.terminal = terminal;
        this.json = List.of(arguments).contains("--json");
        this.debug = List.of(arguments).contains("--debug");
    }

    @Override
    public int handleParseException(ParameterException wrong, String[] arguments) {
        String command = wrong.getCommandLine().getCommandSpec().qualifiedName();
        report(wrong, "UsageException", messageOf(wrong) + " (see " + command + " --help)");
        return ExitCodes.USAGE;
    }

    @Override
    public int handleExecutionException(Exception failure, CommandLine commandLine, ParseResult parsed) {
        if (failure instanceof IllegalArgumentException) {
            report(failure, "UsageException", describe(failure));
            return ExitCodes.USAGE;
        }
        if (failure instanceof InterruptedIOException || failure instanceof ClosedByInterruptException) {
            report(failure, InterruptedIOException.class.getSimpleName(), "cancelled");
            return ExitCodes.CANCELLED;
        }
        report(failure, failure.getClass().getSimpleName(), describe(failure));
        return ExitCodes.FAILED;
    }

    int handleOutOfMemory(OutOfMemoryError error) {
        report(
                error,
                "OutOfMemoryError",
                messageOf(error) + "; lower --memory or --parallelism, or give Java more with -Xmx");
        return ExitCodes.FAILED;
    }

    private static String describe(Throwable failure) {
        String message = messageOf(failure);
        if (failure instanceof SnapshotException || failure instanceof IllegalArgumentException) {
            return message;
        }
        if (failure instanceof UncheckedIOException unchecked && unchecked.getCause() != null) {
            return describe(unchecked.getCause());
        }
        if (failure instanceof IOException && !(failure instanceof FileSystemException)) {
            return message;
        }
        // The message of these is a mere path, or means nothing to anybody but us.
        return failure.getClass().getSimpleName() + ": " + message;
    }

    private static String messageOf(Throwable failure) {
        return String.valueOf(failure.getMessage()).replaceAll("\\R\\s*", " ");
    }

    private void report(Throwable failure, String type, String message) {
        terminal.problem(message);
        if (debug) {
            failure.printStackTrace(terminal.err());
        }
        if (json) {
            try {
                terminal.json(fields -> write(fields, failure, type, message));
            } catch (IOException unwritable) {
                terminal.problem(messageOf(unwritable));
            }
        }
    }

    private static void write(JsonGenerator json, Throwable failure, String type, String message) throws IOException {
        json.writeObjectFieldStart("error");
        json.writeStringField("type", type);
        json.writeStringField("message", message);
        json.writeStringField("subject", failure instanceof SnapshotException known ? known.subject() : "");
        json.writeBooleanField("transient", failure instanceof SnapshotException known && known.isTransient());
        json.writeEndObject();
    }
}
