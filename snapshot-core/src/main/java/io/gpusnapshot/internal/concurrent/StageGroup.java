package io.gpusnapshot.internal.concurrent;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The threads of one job. They succeed together or stop together: the first failure, or an interrupt of the waiting
 * thread, interrupts all of them, and {@link #await()} returns only when every thread has ended.
 */
public final class StageGroup {
    private final String jobName;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private volatile boolean stopped;

    public StageGroup(String jobName) {
        this.jobName = jobName;
    }

    /** What a stage does; it ends by returning. */
    @FunctionalInterface
    public interface Stage {
        void run() throws IOException, InterruptedException, ExecutionException;
    }

    /** What a stage does that several threads run, each with its number, from 0. */
    @FunctionalInterface
    public interface NumberedStage {
        void run(int number) throws IOException, InterruptedException, ExecutionException;
    }

    /** Adds as many threads as told, all running the same stage. They start with {@link #await()}. */
    public void add(String stageName, int count, Stage stage) {
        addNumbered(stageName, count, number -> stage.run());
    }

    /** Adds threads likewise, which know their numbers. */
    public void addNumbered(String stageName, int count, NumberedStage stage) {
        for (int i = 0; i < count; i++) {
            int number = i;
            DaemonThreads maker = new DaemonThreads(jobName + "-" + stageName + "-" + i);
            threads.add(maker.newThread(() -> runStage(() -> stage.run(number))));
        }
    }

    private void runStage(Stage stage) {
        try {
            stage.run();
        } catch (ExecutionException failed) {
            fail(failed.getCause() == null ? failed : failed.getCause());
        } catch (InterruptedException | IOException | RuntimeException | Error failed) {
            fail(failed);
        }
    }

    /** Stops the job because of a failure; later failures are kept as suppressed ones unless they only echo the stop. */
    public void fail(Throwable cause) {
        Throwable first = failure.compareAndExchange(null, cause);
        if (first == null) {
            stop();
        } else if (first != cause && !stopped) {
            first.addSuppressed(cause);
        }
    }

    private void stop() {
        stopped = true;
        threads.forEach(Thread::interrupt);
    }

    /**
     * Starts all threads and waits until they have ended.
     *
     * @throws IOException the first failure of a thread
     * @throws InterruptedIOException if the calling thread is interrupted; its flag is set again
     */
    public void await() throws IOException {
        for (Thread thread : threads) {
            thread.start();
            if (stopped) {
                // It may have missed the interrupt that went to the threads that were running.
                thread.interrupt();
            }
        }
        boolean interrupted = joinAll();
        if (interrupted) {
            Thread.currentThread().interrupt();
            InterruptedIOException cancelled = new InterruptedIOException(jobName + " was cancelled");
            Throwable cause = failure.get();
            if (cause != null) {
                cancelled.addSuppressed(cause);
            }
            throw cancelled;
        }
        Throwable cause = failure.get();
        if (cause != null) {
            throw asIoException(cause);
        }
    }

    private boolean joinAll() {
        boolean interrupted = false;
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException cancelled) {
                    interrupted = true;
                    stop();
                }
            }
        }
        return interrupted;
    }

    private static IOException asIoException(Throwable cause) {
        if (cause instanceof IOException io) {
            return io;
        }
        if (cause instanceof UncheckedIOException unchecked && unchecked.getCause() != null) {
            return unchecked.getCause();
        }
        if (cause instanceof RuntimeException bug) {
            throw bug;
        }
        if (cause instanceof Error error) {
            throw error;
        }
        return new IOException(cause);
    }
}
