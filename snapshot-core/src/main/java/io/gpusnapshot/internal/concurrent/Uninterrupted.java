package io.gpusnapshot.internal.concurrent;

import java.io.IOException;

/** Cleaning up that an interrupt must not prevent, because it was the interrupt that made it necessary. */
public final class Uninterrupted {
    private Uninterrupted() {}

    /** Something that may fail. */
    @FunctionalInterface
    public interface Task {
        void run() throws IOException;
    }

    /** Runs a task as if the thread had not been interrupted, and sets its flag again afterwards. */
    public static void run(Task task) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            task.run();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Runs a task like {@link #run} after a failure, to which its own is added. */
    public static void runAfter(Exception failure, Task task) {
        try {
            run(task);
        } catch (IOException | RuntimeException alsoFailed) {
            failure.addSuppressed(alsoFailed);
        }
    }
}
