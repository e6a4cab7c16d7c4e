package io.gpusnapshot.internal.concurrent;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;

/**
 * Lets as many of a job's workers work as are of use, always those with the lowest numbers. The same few threads then do
 * everything, with their buffers warm in the caches, and those that are never needed cost next to nothing. Thread-safe.
 */
public final class WorkerGate {
    /** How soon it is noticed that more are of use, which nobody tells. */
    private static final long PERIOD_MILLIS = 50;

    private final ReentrantLock lock = new ReentrantLock();
    private final TreeMap<Integer, Condition> waiting = new TreeMap<>();
    private final IntSupplier useful;
    private boolean open;

    /**
     * @param useful how many workers are of use, which may change at any time
     */
    public WorkerGate(IntSupplier useful) {
        this.useful = useful;
    }

    /**
     * Returns when a worker is of use, or the gate stands open; the first one always is.
     *
     * @param worker its number, from 0
     */
    public void pass(int worker) throws InterruptedException {
        if (worker > 0 && worker >= useful.getAsInt()) {
            await(worker);
        }
    }

    private void await(int worker) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            Condition turn = lock.newCondition();
            waiting.put(worker, turn);
            try {
                while (!open && worker >= useful.getAsInt()) {
                    // One looks whether it is of use, and wakes the others.
                    if (waiting.firstKey() == worker) {
                        turn.await(PERIOD_MILLIS, TimeUnit.MILLISECONDS);
                    } else {
                        turn.await();
                    }
                }
            } finally {
                waiting.remove(worker);
                wakeUseful();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Wakes those who are of use now, and the next one, to look from now on. */
    private void wakeUseful() {
        int count = useful.getAsInt();
        for (Map.Entry<Integer, Condition> next : waiting.entrySet()) {
            next.getValue().signal();
            if (next.getKey() >= count) {
                return;
            }
        }
    }

    /** Lets everybody through from now on. */
    public void open() {
        lock.lock();
        try {
            open = true;
            waiting.values().forEach(Condition::signal);
        } finally {
            lock.unlock();
        }
    }
}
