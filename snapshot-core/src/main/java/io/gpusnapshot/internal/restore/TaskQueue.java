package io.gpusnapshot.internal.restore;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/** Tasks on their way to the workers, bounded, with a count of those that are not finished. */
final class TaskQueue {
    private final BlockingQueue<RestoreTask> queue;
    private int unfinished;

    TaskQueue(int capacity) {
        this.queue = new ArrayBlockingQueue<>(capacity);
    }

    void put(RestoreTask task) throws InterruptedException {
        synchronized (this) {
            unfinished++;
        }
        queue.put(task);
    }

    RestoreTask take() throws InterruptedException {
        return queue.take();
    }

    synchronized void finished() {
        unfinished--;
        notifyAll();
    }

    /** Waits until everything that was put has been finished. */
    synchronized void awaitIdle() throws InterruptedException {
        while (unfinished > 0) {
            wait();
        }
    }
}
