package io.gpusnapshot.cli;

import io.gpusnapshot.error.SnapshotException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
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
    public int handleParseException(ParameterException wrong, String[] arguments) throws IOException {
        String command = wrong.getCommandLine().getCommandSpec().qualifiedName();
        report(wrong, "UsageException", messageOf(wrong) + " (see " + command + " --help)");
        return ExitCodes.USAGE;
    }

    @Override
    public int handleExecutionException(Exception failure, CommandLine commandLine, ParseResult parsed)
            throws IOException {
        if (failure instanceof IllegalArgumentException) {
            report(failure, "UsageException", describe(failure));
            return ExitCodes.USAGE;
        }
        if (failure instanceof InterruptedIOException || failure instanceof InterruptedException) {
            report(failure, failure.getClass().getSimpleName(), "cancelled");
            return ExitCodes.CANCELLED;
        }
        report(failure, failure.getClass().getSimpleName(), describe(failure));
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

    private void report(Exception failure, String type, String message) throws IOException {
        terminal.problem(message);
        if (debug) {
            failure.printStackTrace(terminal.err());
        }
        if (json) {
            terminal.json(fields -> {
                fields.writeObjectFieldStart("error");
                fields.writeStringField("type", type);
                fields.writeStringField("message", message);
                fields.writeStringField("subject", failure instanceof SnapshotException known ? known.subject() : "");
                fields.writeBooleanField(
                        "transient", failure instanceof SnapshotException known && known.isTransient());
                fields.writeEndObject();
            });
        }
    }
}
