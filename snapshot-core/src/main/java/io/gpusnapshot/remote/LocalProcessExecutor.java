package io.gpusnapshot.remote;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gpusnapshot.error.RemoteAccessException;
import io.gpusnapshot.error.RemoteUnavailableException;
import io.gpusnapshot.storage.ContentSource;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Runs programs on this machine, as the user of this JVM. */
public final class LocalProcessExecutor implements RemoteExecutor {
    private static final String HOST = "localhost";

    /** A shell that becomes the command. The line comes in ASCII, because Java may be unable to pass on anything else. */
    private static final String UNESCAPE = "eval \"$(printf \"$0\")\"";

    private final Path directory;
    private final Set<LocalProcess> running = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    private LocalProcessExecutor(Path directory) {
        this.directory = directory;
    }

    /** Takes the home directory of this JVM's user for its own. */
    public static LocalProcessExecutor inHome() {
        return in(Path.of(System.getProperty("user.home")));
    }

    /** Takes another directory for the home directory. */
    public static LocalProcessExecutor in(Path directory) {
        return new LocalProcessExecutor(directory);
    }

    @Override
    public String host() {
        return HOST;
    }

    @Override
    public RemoteResult run(RemoteCommand command) throws IOException {
        return RemoteExecutors.runToEnd(HOST, command, launch(command));
    }

    @Override
    public RemoteProcess start(RemoteCommand command) throws IOException {
        RemoteExecutors.requireStartable(command);
        return launch(command);
    }

    @Override
    public void upload(ContentSource content, String path, int mode) throws IOException {
        CommandTransfers.upload(this, content, path, mode);
    }

    @Override
    public long download(String path, WritableByteChannel target) throws IOException {
        return CommandTransfers.download(this, path, target);
    }

    private LocalProcess launch(RemoteCommand command) throws IOException {
        requireUsable(command);
        String line = asciiFormat("exec env " + PosixQuoting.join(PosixQuoting.wordsForEnv(command)));
        ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-c", UNESCAPE, line).directory(directory.toFile());
        LocalProcess process;
        try {
            process = new LocalProcess(command, builder.start(), running::remove);
        } catch (IOException failed) {
            throw new RemoteAccessException(HOST, "Cannot run /bin/sh in " + directory + " on " + HOST, failed);
        }
        running.add(process);
        if (closed) {
            process.close();
            requireUsable(command);
        }
        return process;
    }

    private void requireUsable(RemoteCommand command) throws IOException {
        if (closed) {
            throw new RemoteUnavailableException(HOST, "Cannot run " + command + ": the session is closed", null);
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException(command + " was cancelled before it started");
        }
    }

    /** What {@code printf} turns back into the line's bytes. */
    private static String asciiFormat(String line) {
        StringBuilder format = new StringBuilder();
        for (byte unit : line.getBytes(UTF_8)) {
            switch (unit) {
                case '%' -> format.append("%%");
                case '\\' -> format.append("\\\\");
                default -> append(format, unit);
            }
        }
        return format.toString();
    }

    private static void append(StringBuilder format, byte unit) {
        if (unit < 0) {
            format.append('\\').append(Integer.toOctalString(unit & 0xFF));
        } else {
            format.append((char) unit);
        }
    }

    @Override
    public void close() {
        closed = true;
        running.forEach(LocalProcess::close);
    }

    @Override
    public String toString() {
        return HOST;
    }
}
