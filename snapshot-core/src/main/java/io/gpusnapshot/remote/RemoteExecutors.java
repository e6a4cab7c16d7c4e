package io.gpusnapshot.remote;

import io.gpusnapshot.error.RemoteAccessException;
import java.io.IOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.ServiceLoader;

/** Opens sessions, and does for implementors of {@link RemoteExecutor} what they would all do alike. */
public final class RemoteExecutors {
    private RemoteExecutors() {}

    /**
     * Connects to a host by the {@link RemoteExecutorFactory} on the class path. The caller closes the session.
     *
     * @throws IllegalArgumentException if the target does not say how to log in or how to know the host
     * @throws RemoteAccessException if there is no factory, besides what {@link RemoteExecutorFactory#connect} throws
     */
    public static RemoteExecutor connect(SshTarget target) throws IOException {
        target.requireComplete();
        ClassLoader loader = RemoteExecutors.class.getClassLoader();
        Iterator<RemoteExecutorFactory> factories =
                ServiceLoader.load(RemoteExecutorFactory.class, loader).iterator();
        if (!factories.hasNext()) {
            String remedy =
                    "nothing on the class path speaks SSH; add the dependency io.gpusnapshot:snapshot-remote-ssh";
            throw new RemoteAccessException(target.toString(), "Cannot connect to " + target + ": " + remedy, null);
        }
        return factories.next().connect(target);
    }

    /**
     * Runs a command to its end by a process that was started for it: feeds its input, keeps its output, and kills it
     * when its time is over or the thread is interrupted. The process is closed in any case.
     */
    public static RemoteResult runToEnd(String host, RemoteCommand command, RemoteProcess process) throws IOException {
        try (process) {
            return new CommandRun(host, command, process).toEnd();
        }
    }

    /**
     * Refuses what only {@link RemoteExecutor#run} can do.
     *
     * @throws IllegalArgumentException if the command has content for standard input or a timeout
     */
    public static void requireStartable(RemoteCommand command) {
        if (command.stdin().length() > 0 || command.timeout().isPresent()) {
            throw new IllegalArgumentException("A command to start takes no content and no timeout, but is given one: "
                    + command + "; write to RemoteProcess.stdin, and use waitFor and kill");
        }
    }

    /**
     * Refuses what cannot be a file's name.
     *
     * @throws IllegalArgumentException if the path is empty, ends with {@code /} or contains NUL
     */
    public static void requireFile(String path) {
        if (path.isEmpty() || path.endsWith("/") || path.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("Not the path of a file: \"" + path + "\"");
        }
    }

    /**
     * Refuses what cannot be permission bits.
     *
     * @throws IllegalArgumentException if the mode is not from 0 to 0777
     */
    public static void requireMode(int mode) {
        if (mode < 0 || mode > 0777) {
            throw new IllegalArgumentException("The mode is 0" + Integer.toOctalString(mode)
                    + ", but only permission bits from 0 to 0777 can be set");
        }
    }

    /** A duration as people read it. */
    static String text(Duration duration) {
        return duration.toMillis() % 1_000 == 0 ? duration.toSeconds() + " s" : duration.toMillis() + " ms";
    }
}
