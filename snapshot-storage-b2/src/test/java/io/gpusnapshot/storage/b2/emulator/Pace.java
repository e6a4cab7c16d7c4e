package io.gpusnapshot.storage.b2.emulator;

import java.io.IOException;
import java.time.Duration;

/** Lets bytes pass at a rate, twenty times a second. */
final class Pace implements Guard {
    private static final int SLICES_PER_SECOND = 20;
    private static final double NANOS_PER_SECOND = 1e9;

    private final long bytesPerSecond;
    private final InjectedFault fault;
    private final long started = System.nanoTime();
    private long passed;

    Pace(long bytesPerSecond, InjectedFault fault) {
        this.bytesPerSecond = bytesPerSecond;
        this.fault = fault;
    }

    @Override
    public int admit(int wanted) throws IOException {
        int slice = (int) Math.max(1, Math.min(wanted, bytesPerSecond / SLICES_PER_SECOND));
        passed += slice;
        long due = (long) (passed * NANOS_PER_SECOND / bytesPerSecond);
        fault.pause(Duration.ofNanos(Math.max(0, due - (System.nanoTime() - started))));
        return slice;
    }
}
