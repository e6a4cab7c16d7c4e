package io.gpusnapshot.remote.ssh;

import io.gpusnapshot.error.RemoteAccessException;
import io.gpusnapshot.error.RemoteUnavailableException;
import io.gpusnapshot.remote.CommandTransfers;
import io.gpusnapshot.remote.RemoteCommand;
import io.gpusnapshot.remote.RemoteExecutor;
import io.gpusnapshot.remote.RemoteExecutors;
import io.gpusnapshot.remote.RemoteProcess;
import io.gpusnapshot.remote.RemoteResult;
import io.gpusnapshot.remote.SshTarget;
import io.gpusnapshot.storage.ContentSource;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.channels.WritableByteChannel;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import net.schmizz.sshj.connection.channel.OpenFailException;

/**
 * A session over SSH. Every program has a channel of the one connection. Files go through programs as well, so they need
 * no SFTP server on the host and cannot be disturbed by what a login shell prints.
 */
final class SshRemoteExecutor implements RemoteExecutor {
    private static final long ANSWER_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final SshTarget target;
    private final SshLink link;
    private final Killer killer;
    private final Set<SshProcess> running = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    SshRemoteExecutor(SshTarget target, SshLink link) {
        this.target = target;
        this.link = link;
        this.killer = new Killer(link.client().getConnection());
    }

    @Override
    public String host() {
        return target.toString();
    }

    @Override
    public RemoteResult run(RemoteCommand command) throws IOException {
        return RemoteExecutors.runToEnd(host(), command, launch(command));
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
    public long download(String path, WritableByteChannel sink) throws IOException {
        return CommandTransfers.download(this, path, sink);
    }

    private SshProcess launch(RemoteCommand command) throws IOException {
        requireUsable(command);
        ExecChannel channel = new ExecChannel(link.client().getConnection());
        boolean launched = false;
        try {
            channel.open();
            SshProcess process = exec(command, channel);
            running.add(process);
            launched = true;
            if (closed) {
                process.close();
                requireUsable(command);
            }
            return process;
        } catch (OpenFailException refused) {
            String message =
                    "Cannot run " + command + " on " + host() + ": the host allows no more programs at once on "
                            + "this connection (" + refused.getMessage() + ")";
            throw new RemoteUnavailableException(host(), message, refused);
        } catch (IOException failed) {
            throw SshErrors.translate(host(), "Starting " + command, failed);
        } finally {
            if (!launched) {
                channel.abandon();
                killer.leave(channel);
            }
        }
    }

    private SshProcess exec(RemoteCommand command, ExecChannel channel) throws IOException {
        long millis =
                command.timeout().orElse(target.timeouts().authentication()).toMillis();
        Preamble preamble = new Preamble();
        InputStream stdout = new ProgramOutput(host(), channel, channel.getInputStream());
        InputStream stderr = new ProgramOutput(host(), channel, channel.getErrorStream());
        Closeable limit = link.guard().schedule(channel::abandon, millis);
        try {
            var unused = channel.exec(preamble.lineFor(command));
            Preamble.Found found = preamble.skipTo(stdout);
            if (!found.isFound()) {
                throw noShell(
                        command, channel, found.noise(), preamble.skipTo(stderr).noise());
            }
            String processId = Preamble.readRest(stdout);
            return new SshProcess(this, command, channel, processId, stdout, new MarkedOutput(preamble, stderr));
        } catch (RemoteUnavailableException cutShort) {
            if (channel.isAbandoned()) {
                String message = command + " on " + host() + " did not start within " + millis + " ms";
                throw new RemoteUnavailableException(host(), message, cutShort);
            }
            throw cutShort;
        } finally {
            SshLink.closeQuietly(limit);
        }
    }

    private IOException noShell(RemoteCommand command, ExecChannel channel, String output, String errors)
            throws IOException {
        try {
            OptionalInt exitCode = channel.awaitExit(ANSWER_NANOS);
            String ending = exitCode.isPresent() ? " with " + exitCode.getAsInt() : "";
            String message = "Cannot run " + command + " on " + host() + ": the login shell of " + target.user()
                    + " ended" + ending + " and ran nothing, saying: " + (output + " " + errors).strip();
            return new RemoteAccessException(host(), message, null);
        } catch (InterruptedException cancelled) {
            Thread.currentThread().interrupt();
            return new InterruptedIOException(command + " on " + host() + " was cancelled");
        }
    }

    private void requireUsable(RemoteCommand command) throws IOException {
        if (closed) {
            throw new RemoteUnavailableException(host(), "Cannot run " + command + ": the session is closed", null);
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException(command + " was cancelled before it started");
        }
    }

    /** Kills a process group of the host, later. */
    void kill(ExecChannel channel, String processId, boolean leave) {
        killer.kill(channel, processId, leave);
    }

    void forget(SshProcess process) {
        running.remove(process);
    }

    @Override
    public void close() {
        closed = true;
        running.forEach(SshProcess::close);
        killer.finish();
        link.close();
    }

    @Override
    public String toString() {
        return host();
    }
}
