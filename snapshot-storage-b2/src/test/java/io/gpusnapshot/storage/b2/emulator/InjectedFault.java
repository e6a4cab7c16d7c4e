package io.gpusnapshot.storage.b2.emulator;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A fault at work in an emulator. Thread-safe. */
public final class InjectedFault {
    static final Duration FOREVER = Duration.ofDays(1);

    private final Fault fault;
    private final CountDownLatch lifted = new CountDownLatch(1);

    private int seen;

    private int hits;

    InjectedFault(Fault fault) {
        this.fault = fault;
    }

    /** How many requests it has struck. */
    public synchronized int hits() {
        return hits;
    }

    /** Waits until it has struck this many requests. */
    public synchronized void awaitHits(int count) throws InterruptedException {
        while (hits < count) {
            wait();
        }
    }

    /** Ends it; requests that it holds up go on. */
    public void lift() {
        lifted.countDown();
    }

    FaultEffect effect() {
        return fault.effect();
    }

    synchronized boolean strikes(Operation operation, String name) {
        if (isLifted() || !fault.concerns(operation, name) || !fault.occasions().include(seen++, hits)) {
            return false;
        }
        hits++;
        notifyAll();
        return true;
    }

    boolean isLifted() {
        return lifted.getCount() == 0;
    }

    /** Waits for the time to pass, or until this is lifted. */
    void pause(Duration time) throws ClientGoneException {
        try {
            boolean ignored = lifted.await(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClientGoneException("the emulator is closing");
        }
    }
}
