package io.gpusnapshot.internal.transfer;

import io.gpusnapshot.model.ReplicaReport;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** One of several stores of the same packs, and what reading from it has shown. Guarded by its {@link PackReplicas}. */
final class Replica {
    /** How much one read changes the estimate. */
    private static final double WEIGHT = 0.25;
    /** Flips of a bit happen; whoever has delivered so much damage is asked last. */
    private static final int MAX_DAMAGES = 3;

    private static final long FIRST_REST_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int MAX_DOUBLINGS = 6;

    private final String name;
    private final PackStore packs;
    private final Set<String> lacking = new HashSet<>();
    private final Set<String> reported = new HashSet<>();
    private int underWay;
    /** Bytes in a nanosecond that all reads at once bring; 0 while unknown. */
    private double goodput;

    private long bytes;
    private long failures;
    private int damages;
    private int failuresInARow;
    private long restsUntil;

    Replica(String name, PackStore packs) {
        this.name = name;
        this.packs = packs;
    }

    String name() {
        return name;
    }

    PackStore packs() {
        return packs;
    }

    ReplicaReport report() {
        return new ReplicaReport(name, bytes, failures);
    }

    /** What speaks against asking this store for a pack, above all questions of speed. */
    int reluctance(String key, long now) {
        if (lacking.contains(key)) {
            return 3;
        }
        if (damages >= MAX_DAMAGES) {
            return 2;
        }
        return failuresInARow > 0 && restsUntil - now > 0 ? 1 : 0;
    }

    /**
     * Time that one more read would take, as far as one can tell: those under way share what the store brings. A store
     * that is not known yet is tried at once, but with one read only.
     */
    double expectedNanosPerByte() {
        if (goodput > 0) {
            return (underWay + 1) / goodput;
        }
        return underWay == 0 ? 0 : Double.MAX_VALUE;
    }

    /** How many reads are under way. */
    int underWay() {
        return underWay;
    }

    /** Begins a read; returns how many are under way then. */
    int begin() {
        return ++underWay;
    }

    /**
     * Ends a read.
     *
     * @param underWayAtStart what {@link #begin} returned
     */
    void end(int underWayAtStart, long byteCount, long nanos) {
        if (byteCount > 0) {
            double companions = (underWayAtStart + underWay) / 2.0;
            double seen = companions * byteCount / Math.max(1, nanos);
            goodput = goodput == 0 ? seen : goodput + WEIGHT * (seen - goodput);
            bytes += byteCount;
        }
        underWay--;
    }

    void succeeded() {
        failuresInARow = 0;
    }

    /** It could not be reached, or refused: it is left alone for a while, longer each time. */
    void failed(long now) {
        failures++;
        restsUntil = now + (FIRST_REST_NANOS << Math.min(failuresInARow, MAX_DOUBLINGS));
        failuresInARow++;
    }

    /** It has not got a pack, or not all of it. */
    void lacks(String key) {
        failures++;
        lacking.add(key);
    }

    void delivered(int damagedParts) {
        failures += damagedParts;
        damages += damagedParts;
    }

    /** Whether trouble with a pack has not been reported so far. */
    boolean isNews(String key) {
        return reported.add(key);
    }
}
