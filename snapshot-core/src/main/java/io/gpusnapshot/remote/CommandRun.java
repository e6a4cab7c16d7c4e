package io.gpusnapshot.remote;

import io.gpusnapshot.error.RemoteUnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One command on its way from start to end. Input and both outputs have a thread each, so that none of them can hold up
 * the others; the calling thread waits.
 */
final class CommandRun {
    private static final Duration FOREVER = Duration.ofDays(3_650);
    private static final long LEAVE_MILLIS = 2_000;

    private final String host;
    private final RemoteCommand command;
    private final RemoteProcess process;
    private final List<Thread> threads = new ArrayList<>();
    private final long start = System.nanoTime();

    CommandRun(String host, RemoteCommand command, RemoteProcess process) {
        this.host = host;
        this.command = command;
        this.process = process;
    }

    /** Keeps the start of standard output. */
    RemoteResult toEnd() throws IOException {
        OutputCapture stdout = OutputCapture.ofStart(command.maxOutputBytes());
        return toEnd(stdout, stdout);
    }

    /** Passes standard output on; of the capture, which may have been told of it, only what it kept is used. */
    RemoteResult toEnd(OutputSink sink, OutputCapture stdout) throws IOException {
        OutputCapture stderr = OutputCapture.ofEnd(command.maxOutputBytes());
        InputFeed input = new InputFeed(command.stdin(), process);
        try {
            startThread("stdin", input::run);
            FutureTask<@Nullable Void> output = inThread("stdout", () -> drain(process.stdout(), sink));
            FutureTask<@Nullable Void> errors = inThread("stderr", () -> drain(process.stderr(), stderr));
            await(output);
            await(errors);
            int exitCode = awaitEnd();
            input.rethrowFailure();
            Duration duration = Duration.ofNanos(System.nanoTime() - start);
            return new RemoteResult(host, command, exitCode, stdout.toOutput(), stderr.toOutput(), duration);
        } catch (InterruptedException cancelled) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException(command + " on " + host + " was cancelled");
        } catch (IOException broken) {
            input.rethrowFailure();
            throw broken;
        } finally {
            process.close();
            leaveThreads();
        }
    }

    @FunctionalInterface
    private interface Pump {
        void run() throws IOException;
    }

    private FutureTask<@Nullable Void> inThread(String name, Pump pump) {
        FutureTask<@Nullable Void> task = new FutureTask<>(() -> {
            pump.run();
            return null;
        });
        startThread(name, task);
        return task;
    }

    private void startThread(String name, Runnable work) {
        Thread thread = new Thread(work, "remote-" + name);
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    private static void drain(InputStream stream, OutputSink sink) throws IOException {
        byte[] buffer = new byte[32 * 1024];
        for (int count = stream.read(buffer); count >= 0; count = stream.read(buffer)) {
            sink.accept(buffer, count);
        }
    }

    private void await(FutureTask<@Nullable Void> task) throws IOException, InterruptedException {
        try {
            task.get(left().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            throw timedOut();
        } catch (ExecutionException failed) {
            Throwable cause = failed.getCause();
            if (cause instanceof IOException io) {
                throw io;
            }
            throw new IllegalStateException("The output of " + command + " could not be taken", cause);
        }
    }

    private int awaitEnd() throws IOException {
        OptionalInt exitCode = process.waitFor(left());
        return exitCode.orElseThrow(this::timedOut);
    }

    private Duration left() {
        Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
        Duration left = command.timeout().orElse(FOREVER).minus(elapsed);
        return left.isNegative() ? Duration.ZERO : left;
    }

    private RemoteUnavailableException timedOut() {
        String limit = RemoteExecutors.text(command.timeout().orElse(FOREVER));
        return new RemoteUnavailableException(
                host, command + " on " + host + " did not end within " + limit + " and was killed", null);
    }

    /** What the threads still do must not touch the caller's content and target after the call, if that can be helped. */
    private void leaveThreads() {
        boolean interrupted = Thread.interrupted();
        for (Thread thread : threads) {
            thread.interrupt();
            try {
                thread.join(LEAVE_MILLIS);
            } catch (InterruptedException again) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
