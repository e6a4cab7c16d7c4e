package io.gpusnapshot.internal.concurrent;

import java.util.concurrent.ThreadFactory;

/**
 * Makes threads that do not keep a JVM alive.
 *
 * @param name name of the threads, for dumps
 */
public record DaemonThreads(String name) implements ThreadFactory {
    @Override
    public Thread newThread(Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /** Starts a thread for one task. */
    public static Thread start(String name, Runnable task) {
        Thread thread = new DaemonThreads(name).newThread(task);
        thread.start();
        return thread;
    }
}
