package io.gpusnapshot.internal.concurrent;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Something slow that goes on in a thread of its own while its caller has other things to do. Thread-safe.
 *
 * @param <T> what comes of it
 */
public final class BackgroundCall<T> {
    private final String name;
    private final FutureTask<T> task;
    private final Thread thread;

    private BackgroundCall(String name, Task<T> task) {
        this.name = name;
        this.task = new FutureTask<>(task::run);
        this.thread = DaemonThreads.start(name, this.task);
    }

    /** Something that may fail. */
    @FunctionalInterface
    public interface Task<T> {
        T run() throws IOException;
    }

    /**
     * Begins.
     *
     * @param name name of the thread
     */
    public static <T> BackgroundCall<T> start(String name, Task<T> task) {
        return new BackgroundCall<>(name, task);
    }

    /**
     * Waits for the result.
     *
     * @throws IOException what the task threw, the same for all who wait
     * @throws InterruptedIOException if the calling thread is interrupted; its flag is set again
     */
    public T await() throws IOException {
        try {
            return task.get();
        } catch (InterruptedException cancelled) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("Interrupted while waiting for " + name);
        } catch (ExecutionException failed) {
            throw StageGroup.asIoException(failed.getCause() == null ? failed : failed.getCause());
        }
    }

    /**
     * Interrupts the task if it still runs, and waits until it has ended, whether the calling thread is interrupted or not.
     *
     * @return the result, if there is one
     */
    public Optional<T> cancel() {
        if (!task.isDone()) {
            thread.interrupt();
        }
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return Optional.of(task.get());
                } catch (InterruptedException again) {
                    interrupted = true;
                } catch (ExecutionException reportedToWhoeverWaited) {
                    return Optional.empty();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
