package io.gpusnapshot.internal.transfer;

import java.util.Arrays;
import java.util.OptionalLong;

/** Remembers how long the last requests took. Thread-safe. */
final class LatencyTracker {
    private static final int SAMPLES = 256;
    /** Fewer say nothing about the slowest in twenty. */
    private static final int MIN_SAMPLES = 20;

    /** Where one in a hundred stalls, the 99th of a hundred is one that stalled, and tells nothing of the others. */
    private static final double SLOWEST = 0.95;

    private final long[] nanos = new long[SAMPLES];
    private int count;

    synchronized void add(long durationNanos) {
        nanos[count % SAMPLES] = durationNanos;
        count++;
    }

    /** The time that 95 of 100 requests stay below, once there is enough to tell by. */
    synchronized OptionalLong slowNanos() {
        if (count < MIN_SAMPLES) {
            return OptionalLong.empty();
        }
        long[] sorted = Arrays.copyOf(nanos, Math.min(count, SAMPLES));
        Arrays.sort(sorted);
        return OptionalLong.of(sorted[(int) (sorted.length * SLOWEST)]);
    }
}
