package io.gpusnapshot.remote;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gpusnapshot.storage.ContentSource;
import io.gpusnapshot.storage.ContentSources;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A program to run, as a list of arguments; never a line for a shell. Arguments and environment can be seen by everybody
 * on the host while the program runs: secrets go through standard input. {@link #toString()} shows the arguments alone.
 *
 * @param arguments program and arguments, sent as UTF-8; together with the environment at most {@link #MAX_BYTES}
 * @param environment variables to set beside those that the host sets
 * @param stdin what the program reads; empty by default
 * @param timeout how long it may run; without one, until it ends
 * @param maxOutputBytes how much of each output is kept; the rest is read and dropped
 */
public record RemoteCommand(
        List<String> arguments,
        Map<String, String> environment,
        ContentSource stdin,
        Optional<Duration> timeout,
        int maxOutputBytes) {
    /** Most bytes of arguments and environment. A host accepts lines of 128 KiB, and quoting makes words longer. */
    public static final int MAX_BYTES = 16_000;

    private static final int DEFAULT_OUTPUT_BYTES = 1 << 20;
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final ContentSource NOTHING = ContentSources.of(new byte[0]);

    public RemoteCommand {
        arguments = List.copyOf(arguments);
        environment = Map.copyOf(environment);
        if (arguments.isEmpty() || arguments.get(0).isEmpty()) {
            throw new IllegalArgumentException("A command needs a program to run");
        }
        if (arguments.get(0).startsWith("-") || arguments.get(0).contains("=")) {
            throw new IllegalArgumentException("Not the name of a program: " + arguments.get(0)
                    + "; it must not start with \"-\" or contain \"=\"");
        }
        requireWords(arguments, environment);
        timeout.ifPresent(RemoteCommand::requirePositive);
        if (maxOutputBytes < 0) {
            throw new IllegalArgumentException("maxOutputBytes is " + maxOutputBytes + "; it must not be negative");
        }
    }

    /** A command without environment, input and timeout, of whose outputs the first MiB is kept. */
    public static RemoteCommand of(String program, String... arguments) {
        List<String> words = new ArrayList<>(List.of(arguments));
        words.add(0, program);
        return of(words);
    }

    /** Like {@link #of(String, String...)}, the program being the first of the list. */
    public static RemoteCommand of(List<String> arguments) {
        return new RemoteCommand(arguments, Map.of(), NOTHING, Optional.empty(), DEFAULT_OUTPUT_BYTES);
    }

    /** A copy with one more variable. */
    public RemoteCommand withEnvironment(String name, String value) {
        Map<String, String> variables = new TreeMap<>(environment);
        variables.put(name, value);
        return new RemoteCommand(arguments, variables, stdin, timeout, maxOutputBytes);
    }

    /** A copy that reads this. */
    public RemoteCommand withStdin(ContentSource content) {
        return new RemoteCommand(arguments, environment, content, timeout, maxOutputBytes);
    }

    /** A copy that reads this array, which is not copied. */
    public RemoteCommand withStdin(byte[] content) {
        return withStdin(ContentSources.of(content));
    }

    /** A copy that is killed when it runs longer. */
    public RemoteCommand withTimeout(Duration limit) {
        return new RemoteCommand(arguments, environment, stdin, Optional.of(limit), maxOutputBytes);
    }

    /** A copy that keeps that much of each output. */
    public RemoteCommand withMaxOutputBytes(int bytes) {
        return new RemoteCommand(arguments, environment, stdin, timeout, bytes);
    }

    private static void requireWords(List<String> arguments, Map<String, String> environment) {
        long bytes = 0;
        for (String argument : arguments) {
            bytes += lengthOf(argument) + 1;
        }
        for (Map.Entry<String, String> variable : environment.entrySet()) {
            if (!NAME.matcher(variable.getKey()).matches()) {
                throw new IllegalArgumentException("Not the name of an environment variable: " + variable.getKey());
            }
            bytes += variable.getKey().length() + lengthOf(variable.getValue()) + 2;
        }
        if (bytes > MAX_BYTES) {
            throw new IllegalArgumentException("Arguments and environment of " + arguments.get(0) + " have " + bytes
                    + " bytes, but at most " + MAX_BYTES + " are accepted; pass more through standard input");
        }
    }

    private static int lengthOf(String word) {
        if (word.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("An argument or variable contains a NUL, which no program can be given");
        }
        return word.getBytes(UTF_8).length;
    }

    private static void requirePositive(Duration timeout) {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("The timeout is " + timeout + "; it must be more than nothing");
        }
    }

    /** The arguments as one would type them. */
    @Override
    public String toString() {
        return PosixQuoting.join(arguments);
    }
}
