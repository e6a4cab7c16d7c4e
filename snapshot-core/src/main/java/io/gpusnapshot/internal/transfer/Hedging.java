package io.gpusnapshot.internal.transfer;

import io.gpusnapshot.internal.concurrent.DaemonThreads;
import io.gpusnapshot.internal.http.HttpAnswer;
import io.gpusnapshot.internal.http.HttpHandle;
import io.gpusnapshot.internal.http.HttpTransport;
import io.gpusnapshot.storage.GrantedRequest;
import java.io.IOException;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;

/**
 * Sends a download a second time, once, when it is silent for longer, or takes longer, than nearly all others; the first
 * answer counts. What comes twice by that is limited to a share of all bytes. Thread-safe.
 */
final class Hedging implements AutoCloseable {
    /** A busy machine, or its garbage collector, may stop everything for so long; no request has stalled then. */
    static final long LEAST_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** A request that is about to go on, or to end, is not worth a second one. */
    private static final int PATIENCE = 2;

    private final HttpTransport http;
    private final int percent;
    private final LatencyTracker durations = new LatencyTracker();
    private final LatencyTracker silences = new LatencyTracker();
    private final ScheduledThreadPoolExecutor timer;
    private final LongSupplier nanoTime;
    private final ExecutorService seconds = Executors.newCachedThreadPool(new DaemonThreads("hedge"));
    private long bytes;
    private long bytesTwice;

    /**
     * @param percent how many bytes may come twice, in percent of those that have come; 0 for none
     */
    Hedging(HttpTransport http, int percent) {
        this(http, percent, new ScheduledThreadPoolExecutor(1, new DaemonThreads("hedge-timer")), System::nanoTime);
    }

    /**
     * Takes a timer, which it shuts down when closed.
     *
     * @param nanoTime a clock as that of {@link System#nanoTime}
     */
    Hedging(HttpTransport http, int percent, ScheduledThreadPoolExecutor timer, LongSupplier nanoTime) {
        this.http = http;
        this.percent = percent;
        this.timer = timer;
        this.nanoTime = nanoTime;
        timer.setRemoveOnCancelPolicy(true);
    }

    /**
     * Downloads what is missing of a range.
     *
     * @param target {@linkplain RangeTarget#prepare has a buffer}
     * @param moved is told how many more bytes have come, while they come
     * @return as of {@link HttpTransport#download}; but a success may have brought one piece only
     */
    HttpAnswer download(GrantedRequest request, RangeTarget target, IntConsumer moved) throws IOException {
        if (percent == 0) {
            return http.download(request, target.missing(), target.body(moved), new HttpHandle());
        }
        return new HedgedDownload(this, request, target, moved).run();
    }

    HttpTransport http() {
        return http;
    }

    long nanoTime() {
        return nanoTime.getAsLong();
    }

    ScheduledFuture<?> after(long nanos, Runnable task) {
        return timer.schedule(task, nanos, TimeUnit.NANOSECONDS);
    }

    void inBackground(Runnable task) {
        seconds.execute(task);
    }

    /**
     * Learns from a download that succeeded.
     *
     * @param silenceNanos the longest time in it without a byte
     */
    void learn(long durationNanos, long silenceNanos, long count) {
        durations.add(durationNanos);
        silences.add(silenceNanos);
        synchronized (this) {
            bytes += count;
        }
    }

    /** How much longer to wait for a download; nothing or less if it is time for a second one. */
    long patienceNanos(long ageNanos, long silenceNanos) {
        return Math.min(remainingNanos(durations, ageNanos), remainingNanos(silences, silenceNanos));
    }

    private static long remainingNanos(LatencyTracker others, long nanos) {
        // As long as nothing is known of others, it is looked at again and again.
        OptionalLong slow = others.slowNanos();
        return slow.isEmpty() ? LEAST_NANOS : Math.max(PATIENCE * slow.getAsLong(), LEAST_NANOS) - nanos;
    }

    /** Puts aside what a second request may bring in vain, unless earlier ones have brought too much. */
    synchronized boolean reserve(long count) {
        if (bytesTwice > bytes * percent / 100) {
            return false;
        }
        bytesTwice += count;
        return true;
    }

    /** Takes back what was put aside and did not come. */
    synchronized void giveBack(long count) {
        bytesTwice -= count;
    }

    @Override
    public void close() {
        timer.shutdownNow();
        seconds.shutdownNow();
    }
}
