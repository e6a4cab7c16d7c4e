package io.gpusnapshot.remote.ssh;

import io.gpusnapshot.error.RemoteUnavailableException;
import io.gpusnapshot.remote.RemoteCommand;
import io.gpusnapshot.remote.RemoteProcess;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;

/** A program that was started over SSH. */
final class SshProcess implements RemoteProcess {
    private static final long OUTPUT_END_MILLIS = 200;

    private final SshRemoteExecutor session;
    private final RemoteCommand command;
    private final ExecChannel channel;
    private final String processId;
    private final OutputStream stdin;
    private final InputStream stdout;
    private final InputStream stderr;
    private final AtomicBoolean killed = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile boolean cutShort;

    SshProcess(
            SshRemoteExecutor session,
            RemoteCommand command,
            ExecChannel channel,
            String processId,
            InputStream stdout,
            InputStream stderr) {
        this.session = session;
        this.command = command;
        this.channel = channel;
        this.processId = processId;
        this.stdout = stdout;
        this.stderr = stderr;
        this.stdin = new ProgramInput(session.host(), channel);
    }

    @Override
    public OutputStream stdin() {
        return stdin;
    }

    @Override
    public InputStream stdout() {
        return stdout;
    }

    @Override
    public InputStream stderr() {
        return stderr;
    }

    @Override
    public OptionalInt waitFor(Duration timeout) throws IOException {
        OptionalInt exitCode;
        try {
            exitCode = channel.awaitExit(nanos(timeout));
        } catch (InterruptedException cancelled) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("Waiting for " + command + " was cancelled");
        } catch (IOException lost) {
            throw SshErrors.translate(session.host(), "Waiting for " + command, lost);
        }
        if (cutShort) {
            throw unavailable(" was closed before it ended");
        }
        if (exitCode.isEmpty() && channel.isFinished()) {
            throw unavailable(" ended without an exit code");
        }
        return exitCode;
    }

    private RemoteUnavailableException unavailable(String what) {
        return new RemoteUnavailableException(session.host(), command + " on " + session.host() + what, null);
    }

    private static long nanos(Duration timeout) {
        // Longer than any session lasts, and within the range of a long.
        Duration most = Duration.ofDays(10_000);
        return timeout.compareTo(most) < 0 ? timeout.toNanos() : most.toNanos();
    }

    @Override
    public void kill() {
        if (!channel.isEnded() && killed.compareAndSet(false, true)) {
            session.kill(channel, processId, false);
        }
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        boolean ended = hasEnded();
        cutShort = channel.exitCode().isEmpty();
        channel.abandon();
        if (!ended) {
            session.kill(channel, processId, true);
        }
        session.forget(this);
    }

    /** The end of its outputs follows that of the program, unless something else holds them open. */
    private boolean hasEnded() {
        try {
            if (!channel.isEnded() && channel.exitCode().isPresent()) {
                channel.awaitFinish(OUTPUT_END_MILLIS);
            }
            return channel.isEnded();
        } catch (InterruptedException cancelled) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
