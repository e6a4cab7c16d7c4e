package io.gpusnapshot.internal.http;

import java.time.Duration;
import java.util.Set;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.ConcurrentHashMap;

/** Breaks off exchanges on which nothing moves. Sockets limit the time of a read, but not that of a write. */
final class StallGuard implements AutoCloseable {
    private final long limitNanos;
    private final Set<Watch> watches = ConcurrentHashMap.newKeySet();
    private final Timer timer = new Timer("http-stall-guard", true);

    StallGuard(Duration limit) {
        this.limitNanos = limit.toNanos();
        long period = Math.max(1, limit.toMillis() / 4);
        timer.schedule(new Sweep(), period, period);
    }

    private final class Sweep extends TimerTask {
        @Override
        public void run() {
            long now = System.nanoTime();
            watches.stream().filter(watch -> now - watch.lastMove > limitNanos).forEach(watch -> watch.abort.run());
        }
    }

    /** An exchange under watch. */
    final class Watch implements AutoCloseable {
        private final Runnable abort;
        private volatile long lastMove = System.nanoTime();

        private Watch(Runnable abort) {
            this.abort = abort;
        }

        void moved() {
            lastMove = System.nanoTime();
        }

        @Override
        public void close() {
            watches.remove(this);
        }
    }

    Watch watch(Runnable abort) {
        Watch watch = new Watch(abort);
        watches.add(watch);
        return watch;
    }

    @Override
    public void close() {
        timer.cancel();
    }
}
