package io.gpusnapshot.internal.transfer;

import java.util.function.LongSupplier;

/**
 * Finds how many requests at once the path to a store is good for. It begins in the middle and grows while growth brings
 * more bytes a second; when it no longer does, it steps back and stays for a while before it tries again; when the store throttles,
 * it shrinks. Too few requests leave a long path empty, too many overflow the queues along it.
 *
 * <p>Thread-safe.
 */
final class ConcurrencyLimit {
    /** Enough for most paths, and few enough for their queues; what it lacks is made up for in a few steps. */
    private static final int START = 32;

    private static final long WINDOW_NANOS = 400_000_000;
    /** What growth must bring to be worth it. */
    private static final double GAIN = 1.1;

    private static final double FIRST_GROWTH = 2;
    private static final double GROWTH = 1.5;
    private static final double SHRINKAGE = 0.7;
    private static final int WINDOWS_TO_STAY = 10;

    private final int min;
    private final int max;
    private final LongSupplier nanoTime;
    private int limit;
    private int used;
    private int waiting;
    private boolean exhausted;
    private long windowStart;
    private long windowBytes;
    private int windowRequests;
    private int provenLimit;
    private double provenRate;
    private int windowsToStay;
    private long lastShrinkage;
    /** Until growth has failed once, or the store has complained. */
    private boolean rising = true;

    ConcurrencyLimit(int max, LongSupplier nanoTime) {
        this(1, max, nanoTime);
    }

    /** Never less than {@code min}, nor more than {@code max}, at once. */
    ConcurrencyLimit(int min, int max, LongSupplier nanoTime) {
        this.min = min;
        this.max = max;
        this.nanoTime = nanoTime;
        this.limit = Math.max(min, Math.min(START, max));
        this.provenLimit = limit;
        this.windowStart = nanoTime.getAsLong();
        this.lastShrinkage = windowStart - WINDOW_NANOS;
    }

    /** Waits until one more request may be sent. */
    synchronized void acquire() throws InterruptedException {
        if (tryAcquire()) {
            return;
        }
        waiting++;
        try {
            while (used >= limit) {
                exhausted = true;
                wait();
            }
            used++;
        } finally {
            waiting--;
        }
    }

    /** Takes leave for one more request, if there is any. */
    synchronized boolean tryAcquire() {
        if (used >= limit) {
            exhausted = true;
            return false;
        }
        if (used == 0 && waiting == 0) {
            startWindow();
        }
        used++;
        return true;
    }

    /** Ends a request that moved some bytes, whether it succeeded or not. */
    synchronized void release(long bytes) {
        used--;
        windowBytes += bytes;
        windowRequests++;
        long elapsed = nanoTime.getAsLong() - windowStart;
        if (elapsed >= WINDOW_NANOS && windowRequests >= limit) {
            // A limit that nobody ran into says nothing about itself.
            if (exhausted) {
                judge(windowBytes / (double) elapsed);
            }
            startWindow();
        }
        notifyAll();
    }

    private void startWindow() {
        windowStart = nanoTime.getAsLong();
        windowBytes = 0;
        windowRequests = 0;
        exhausted = false;
    }

    private void judge(double rate) {
        if (windowsToStay > 0) {
            windowsToStay--;
            provenRate = rate;
            if (windowsToStay == 0) {
                grow();
            }
        } else if (rate > provenRate * GAIN) {
            provenRate = rate;
            provenLimit = limit;
            grow();
        } else {
            rising = false;
            limit = provenLimit;
            windowsToStay = WINDOWS_TO_STAY;
        }
    }

    private void grow() {
        provenLimit = limit;
        limit = Math.min(max, (int) Math.ceil(limit * (rising ? FIRST_GROWTH : GROWTH)));
    }

    /** Tells that the store is being asked for too much. Requests that were sent together count once. */
    synchronized void throttled() {
        long now = nanoTime.getAsLong();
        if (now - lastShrinkage >= WINDOW_NANOS) {
            lastShrinkage = now;
            rising = false;
            limit = Math.max(min, (int) (limit * SHRINKAGE));
            provenLimit = limit;
            windowsToStay = WINDOWS_TO_STAY;
            startWindow();
        }
    }

    synchronized int limit() {
        return limit;
    }
}
