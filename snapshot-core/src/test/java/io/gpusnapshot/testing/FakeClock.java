package io.gpusnapshot.testing;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that stands still unless it is told to go on. Thread-safe. */
public final class FakeClock extends Clock {
    private volatile Instant now;

    /** Starts at an instant that means nothing. */
    public FakeClock() {
        this(Instant.parse("2026-01-02T03:04:05Z"));
    }

    public FakeClock(Instant start) {
        now = start;
    }

    public synchronized void advance(Duration duration) {
        now = now.plus(duration);
    }

    public synchronized void set(Instant instant) {
        now = instant;
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
