package io.gpusnapshot.internal.remote;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gpusnapshot.remote.RemoteProcess;
import io.gpusnapshot.testing.BytePipe;
import io.gpusnapshot.testing.LinePeer;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;

/** A process that is a test, which says by {@link #peer()} what it likes. */
final class ScriptedAgent implements RemoteProcess {
    private final BytePipe input = new BytePipe();
    private final BytePipe output = new BytePipe();
    private final BytePipe errors = new BytePipe();
    private final LinePeer peer = new LinePeer(input.in(), output.out());
    private volatile OptionalInt exitCode = OptionalInt.empty();
    private final CountDownLatch gone = new CountDownLatch(1);
    private volatile boolean deaf;
    private volatile boolean killed;

    LinePeer peer() {
        return peer;
    }

    /** Says hello as an honest agent does. */
    void greet() throws IOException {
        peer.say(LinePeer.message("hello", "protocol", 1));
    }

    /** Ends as a program does, unless it was killed before. */
    void exit(int code, String words) throws IOException {
        if (!killed) {
            errors.out().write(words.getBytes(UTF_8));
        }
        exitCode = OptionalInt.of(code);
        errors.end();
        output.end();
    }

    /** Closes its output, and runs on. */
    void fallSilent() {
        output.end();
    }

    /** Reads no more: whoever writes hangs until the process is gone. */
    void turnDeaf() {
        deaf = true;
    }

    boolean wasKilled() {
        return killed;
    }

    @Override
    public OutputStream stdin() {
        return new FilterOutputStream(input.out()) {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                while (deaf && !killed) {
                    hang();
                }
                out.write(bytes, offset, length);
            }
        };
    }

    private void hang() {
        boolean interrupted = false;
        try {
            gone.await();
        } catch (InterruptedException doesNotHelp) {
            interrupted = true;
        }
        if (interrupted) {
            hang();
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public InputStream stdout() {
        return output.in();
    }

    @Override
    public InputStream stderr() {
        return errors.in();
    }

    @Override
    public OptionalInt waitFor(Duration timeout) {
        return exitCode;
    }

    @Override
    public void kill() {
        killed = exitCode.isEmpty();
        input.end();
        output.end();
        errors.end();
        gone.countDown();
    }

    @Override
    public void close() {
        kill();
    }
}
