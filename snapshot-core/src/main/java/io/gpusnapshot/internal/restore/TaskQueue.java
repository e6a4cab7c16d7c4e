package io.gpusnapshot.internal.restore;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.IntSupplier;

/**
 * Tasks on their way to the workers, bounded, with a count of those that are not finished. Long ranges are cut when little
 * is left, so that all workers end at the same time. Thread-safe.
 */
final class TaskQueue {
    /** What each worker shall still find to do after it has taken a range. */
    private static final int SHARES = 2;

    private final int capacity;
    private final int leastBytes;
    private final IntSupplier workers;
    private final Deque<RestoreTask> tasks = new ArrayDeque<>();
    private long bytes;
    private int unfinished;

    /**
     * @param leastBytes what a worker may take of a range, however little is left
     * @param workers how many work at once, as things are
     */
    TaskQueue(int capacity, int leastBytes, IntSupplier workers) {
        this.capacity = capacity;
        this.leastBytes = leastBytes;
        this.workers = workers;
    }

    synchronized void put(RestoreTask task) throws InterruptedException {
        while (tasks.size() >= capacity) {
            wait();
        }
        unfinished++;
        tasks.addLast(task);
        if (task instanceof RestoreTask.Range range) {
            bytes += range.bytesToFetch();
        }
        notifyAll();
    }

    synchronized RestoreTask take() throws InterruptedException {
        while (tasks.isEmpty()) {
            wait();
        }
        RestoreTask task = tasks.removeFirst();
        if (task instanceof RestoreTask.Range range) {
            task = startOf(range);
        }
        notifyAll();
        return task;
    }

    private RestoreTask.Range startOf(RestoreTask.Range range) {
        long share = bytes / ((long) SHARES * Math.max(1, workers.getAsInt()));
        int count = range.visitsWithin(Math.max(leastBytes, share));
        RestoreTask.Range start = range;
        if (count < range.visits().size()) {
            start = new RestoreTask.Range(range.visits().subList(0, count));
            tasks.addFirst(new RestoreTask.Range(
                    range.visits().subList(count, range.visits().size())));
            unfinished++;
        }
        bytes -= start.bytesToFetch();
        return start;
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
