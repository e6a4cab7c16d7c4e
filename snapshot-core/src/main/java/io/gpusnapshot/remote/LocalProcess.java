package io.gpusnapshot.remote;

import io.gpusnapshot.error.RemoteUnavailableException;
import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A process of this machine. */
final class LocalProcess implements RemoteProcess {
    private final RemoteCommand command;
    private final Process process;
    private final Consumer<LocalProcess> onClose;
    private volatile boolean cutShort;

    LocalProcess(RemoteCommand command, Process process, Consumer<LocalProcess> onClose) {
        this.command = command;
        this.process = process;
        this.onClose = onClose;
    }

    @Override
    public OutputStream stdin() {
        return process.getOutputStream();
    }

    @Override
    public InputStream stdout() {
        return new Output(process.getInputStream());
    }

    @Override
    public InputStream stderr() {
        return new Output(process.getErrorStream());
    }

    @Override
    public OptionalInt waitFor(Duration timeout) throws IOException {
        try {
            if (!process.waitFor(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
                return OptionalInt.empty();
            }
        } catch (InterruptedException cancelled) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("Waiting for " + command + " was cancelled");
        }
        if (cutShort) {
            throw closed(null);
        }
        return OptionalInt.of(process.exitValue());
    }

    private RemoteUnavailableException closed(@Nullable IOException cause) {
        return new RemoteUnavailableException("localhost", command + " was closed before it ended", cause);
    }

    /** Tells whoever still reads that the process was closed. */
    private final class Output extends FilterInputStream {
        Output(InputStream stream) {
            super(stream);
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            try {
                return super.read(target, offset, length);
            } catch (IOException failed) {
                throw cutShort ? closed(failed) : failed;
            }
        }
    }

    @Override
    public void kill() {
        List<ProcessHandle> descendants = process.descendants().toList();
        // Process.destroyForcibly would also throw away output that nobody has read yet.
        process.toHandle().destroyForcibly();
        descendants.forEach(ProcessHandle::destroyForcibly);
    }

    @Override
    public void close() {
        onClose.accept(this);
        if (process.isAlive()) {
            cutShort = true;
            kill();
        }
        closeQuietly(process.getOutputStream());
        closeQuietly(process.getInputStream());
        closeQuietly(process.getErrorStream());
    }

    private static void closeQuietly(Closeable stream) {
        try {
            stream.close();
        } catch (IOException alreadyBroken) {
            // There is nobody left to read what could not be flushed.
        }
    }
}
