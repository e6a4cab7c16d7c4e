package io.gpusnapshot.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;

/** Entry point of the command line. */
public final class Main {
    private Main() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        Cancellation cancellation = Cancellation.install(Thread.currentThread());
        int exitCode = ExitCodes.FAILED;
        try {
            exitCode = run(Terminal.ofProcess(), arguments);
        } finally {
            cancellation.commandEnded();
        }
        System.exit(exitCode);
    }

    /** Runs one command on the calling thread, which may be interrupted to cancel it, and returns the exit code. */
    static int run(Terminal terminal, String... arguments) {
        Failures failures = new Failures(terminal, arguments);
        int exitCode;
        try {
            exitCode = commandLine(terminal, failures).execute(arguments);
        } catch (OutOfMemoryError error) {
            exitCode = failures.handleOutOfMemory(error);
        }
        terminal.err().flush();
        if (terminal.out().checkError()) {
            terminal.problem("Standard output cannot be written; what is missing from it is lost");
            return ExitCodes.FAILED;
        }
        return exitCode;
    }

    private static CommandLine commandLine(Terminal terminal, Failures failures) {
        CommandLine commandLine = new CommandLine(new RootCommand())
                .addSubcommand(new CreateCommand(terminal))
                .addSubcommand(new RestoreCommand(terminal))
                .addSubcommand(new ListCommand(terminal))
                .addSubcommand(new ShowCommand(terminal))
                .addSubcommand(new VerifyCommand(terminal))
                .addSubcommand(new DeleteCommand(terminal))
                .addSubcommand(new PruneCommand(terminal))
                .addSubcommand(new ReplicateCommand(terminal))
                .addSubcommand(new QuickstartCommand(terminal))
                .addSubcommand(new EmulateB2Command(terminal));
        Converters.register(commandLine);
        return commandLine
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExpandAtFiles(false)
                .setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8))
                .setParameterExceptionHandler(failures)
                .setExecutionExceptionHandler(failures);
    }
}
