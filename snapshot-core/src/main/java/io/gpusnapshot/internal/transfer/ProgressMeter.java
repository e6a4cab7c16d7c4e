package io.gpusnapshot.internal.transfer;

import io.gpusnapshot.model.RawPath;
import io.gpusnapshot.model.SnapshotEvent;
import io.gpusnapshot.model.SnapshotWarning;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * Counts what a job does and tells a listener, at most ten times a second, on whichever thread counts when the time has
 * come. Thread-safe; the listener is never called by two threads at once.
 */
public final class ProgressMeter {
    private static final long INTERVAL_NANOS = 100_000_000;
    /** So that a workspace of nothing but trouble cannot fill the memory. */
    private static final int MAX_WARNINGS = 10_000;

    private final Consumer<SnapshotEvent> listener;
    private final long startNanos = System.nanoTime();
    private final AtomicLong nextEvent = new AtomicLong(startNanos);
    private final LongAdder entries = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder wireBytes = new LongAdder();
    private final List<SnapshotWarning> warnings = new ArrayList<>();
    private volatile OptionalLong totalEntries = OptionalLong.empty();
    private volatile OptionalLong totalBytes = OptionalLong.empty();
    private volatile String phase = "starting";

    /**
     * @param listener must not throw
     */
    public ProgressMeter(Consumer<SnapshotEvent> listener) {
        this.listener = listener;
    }

    public void enter(String newPhase) {
        phase = newPhase;
        report();
    }

    public void expect(long entryCount, long byteCount) {
        totalEntries = OptionalLong.of(entryCount);
        totalBytes = OptionalLong.of(byteCount);
    }

    public void addEntries(long count) {
        entries.add(count);
        reportIfDue();
    }

    public void addBytes(long count) {
        bytes.add(count);
        reportIfDue();
    }

    public void addWireBytes(long count) {
        wireBytes.add(count);
    }

    public void warn(RawPath path, String problem) {
        warn(new SnapshotWarning(path.isRoot() ? "." : path.toString(), problem));
    }

    public void warn(SnapshotWarning warning) {
        synchronized (warnings) {
            if (warnings.size() < MAX_WARNINGS) {
                warnings.add(warning);
            }
        }
        tell(new SnapshotEvent.Warned(warning));
    }

    /** Passes on what a job on another machine tells of itself. */
    public void relay(SnapshotEvent event) {
        if (event instanceof SnapshotEvent.Warned warned) {
            warn(warned.warning());
        } else {
            tell(event);
        }
    }

    public List<SnapshotWarning> warnings() {
        synchronized (warnings) {
            return List.copyOf(warnings);
        }
    }

    public long entries() {
        return entries.sum();
    }

    public long bytes() {
        return bytes.sum();
    }

    public long wireBytes() {
        return wireBytes.sum();
    }

    public Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }

    private void reportIfDue() {
        long due = nextEvent.get();
        long now = System.nanoTime();
        if (now - due >= 0 && nextEvent.compareAndSet(due, now + INTERVAL_NANOS)) {
            report();
        }
    }

    /** Tells the listener where the job stands. Counts are taken under the lock, so that they never seem to shrink. */
    public synchronized void report() {
        tell(new SnapshotEvent.Progress(
                phase, entries.sum(), totalEntries, bytes.sum(), totalBytes, wireBytes.sum(), elapsed()));
    }

    private synchronized void tell(SnapshotEvent event) {
        listener.accept(event);
    }
}
