package io.gpusnapshot.internal.transfer;

import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Finds how many requests at once the path to a store is good for. It begins with few and grows while growth brings more
 * bytes a second; when it no longer does, it steps back and stays for a while before it tries again; when the store
 * throttles, it shrinks. Too few requests leave a long path empty; too many overflow the queues along it, and spread what is
 * under way over more memory than the caches hold.
 *
 * <p>Bytes count as they flow, not when a request is done, so that a second tells enough even where one connection is slow.
 *
 * <p>Thread-safe.
 */
final class ConcurrencyLimit {
    /** Enough for a machine near by; a path that is good for more shows it within a few windows. */
    private static final int START = 16;

    private static final long WINDOW_NANOS = 400_000_000;
    private static final long FIRST_WINDOW_NANOS = 100_000_000;
    /** A path that takes long to answer takes as long to show what a change has brought. */
    private static final int LATENCIES_OF_WINDOW = 2;
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
    private Window window;
    private long leastLatency = Long.MAX_VALUE;
    private int provenLimit;
    private double provenRate;
    private int windowsToStay;
    private long lastShrinkage;
    private long idleSince;
    /** Until growth has failed, or the store has complained. */
    private boolean rising = true;
    /** Whether growth has failed in one window, which may be for a pause of ours, above all in a JVM that is new. */
    private boolean doubted;

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
        this.lastShrinkage = nanoTime.getAsLong() - WINDOW_NANOS;
        this.window = new Window(limit);
        this.idleSince = nanoTime.getAsLong();
    }

    /** What was seen since the limit changed, or since it was last judged. */
    private final class Window {
        private int requestsToAwait;
        private long start = nanoTime.getAsLong();
        private long bytes;
        /** Whether more requests were wanted than allowed; a limit that nobody ran into says nothing about itself. */
        private boolean exhausted;

        /**
         * @param requestsToAwait how many requests have to begin to flow before it begins to count
         */
        Window(int requestsToAwait) {
            this.requestsToAwait = requestsToAwait;
        }

        void begun() {
            requestsToAwait--;
            if (requestsToAwait == 0) {
                start = nanoTime.getAsLong();
                bytes = 0;
                exhausted = false;
            }
        }

        /** Time in which nobody asked for anything does not count. */
        void skipIdleTime() {
            start += nanoTime.getAsLong() - Math.max(start, idleSince);
        }

        boolean isOver(long elapsed) {
            long least = rising ? FIRST_WINDOW_NANOS : WINDOW_NANOS;
            return requestsToAwait <= 0 && elapsed >= Math.max(least, LATENCIES_OF_WINDOW * leastLatency);
        }
    }

    /** Leave for one request. Belongs to one thread. */
    final class Permit implements AutoCloseable {
        private final long begin = nanoTime.getAsLong();
        private boolean flowing;

        private Permit() {}

        /** Tells that the request has moved some bytes. */
        void moved(long bytes) {
            synchronized (ConcurrencyLimit.this) {
                if (!flowing) {
                    flowing = true;
                    leastLatency = Math.min(leastLatency, nanoTime.getAsLong() - begin);
                    window.begun();
                }
                flowed(bytes);
            }
        }

        /** Ends the request, whether it succeeded or not. */
        @Override
        public void close() {
            synchronized (ConcurrencyLimit.this) {
                used--;
                if (used == 0) {
                    idleSince = nanoTime.getAsLong();
                }
                ConcurrencyLimit.this.notifyAll();
            }
        }
    }

    /** Waits until one more request may be sent. */
    synchronized Permit acquire() throws InterruptedException {
        Optional<Permit> permit = tryAcquire();
        waiting++;
        try {
            while (permit.isEmpty()) {
                wait();
                permit = tryAcquire();
            }
        } finally {
            waiting--;
        }
        return permit.get();
    }

    /** Takes leave for one more request, if there is any. */
    synchronized Optional<Permit> tryAcquire() {
        if (used >= limit) {
            window.exhausted = true;
            return Optional.empty();
        }
        if (used == 0) {
            window.skipIdleTime();
        }
        used++;
        return Optional.of(new Permit());
    }

    private void flowed(long bytes) {
        window.bytes += bytes;
        long elapsed = nanoTime.getAsLong() - window.start;
        if (window.isOver(elapsed)) {
            int before = limit;
            if (window.exhausted || waiting > 0) {
                judge(window.bytes / (double) elapsed);
            }
            window = new Window(Math.max(0, limit - before));
            if (limit > before) {
                notifyAll();
            }
        }
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
            grow();
        } else if (rising && !doubted) {
            doubted = true;
        } else {
            rising = false;
            limit = provenLimit;
            windowsToStay = WINDOWS_TO_STAY;
        }
    }

    private void grow() {
        doubted = false;
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
            window = new Window(0);
        }
    }

    synchronized int limit() {
        return limit;
    }
}
