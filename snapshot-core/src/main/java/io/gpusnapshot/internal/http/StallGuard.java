package io.gpusnapshot.internal.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Set;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntConsumer;

/** Breaks off exchanges on which nothing moves. Sockets limit the time of a read, but channels do not, nor that of a write. */
final class StallGuard implements AutoCloseable {
    private final Duration limit;
    private final Set<Watch> watches = ConcurrentHashMap.newKeySet();
    private final Timer timer = new Timer("http-stall-guard", true);

    StallGuard(Duration limit) {
        this.limit = limit;
        long period = Math.max(1, limit.toMillis() / 4);
        timer.schedule(new Sweep(), period, period);
    }

    private final class Sweep extends TimerTask {
        @Override
        public void run() {
            long now = System.nanoTime();
            watches.stream().filter(watch -> watch.isStalled(now)).forEach(Watch::breakOff);
        }
    }

    /** An exchange under watch. */
    final class Watch implements AutoCloseable {
        private final Runnable abort;
        private volatile long lastMove = System.nanoTime();
        private volatile boolean resting;
        private volatile boolean brokenOff;

        private Watch(Runnable abort) {
            this.abort = abort;
        }

        /** Is told of what moves, and tells it to another. */
        IntConsumer counting(IntConsumer other) {
            return count -> {
                lastMove = System.nanoTime();
                other.accept(count);
            };
        }

        private void breakOff() {
            brokenOff = true;
            abort.run();
        }

        /** The same target, but that it tells of what moves; while it is busy, nothing needs to. */
        BodyTarget over(BodyTarget target) {
            IntConsumer counting = counting(target::moved);
            return new BodyTarget() {
                @Override
                public ByteBuffer room() throws IOException {
                    resting = true;
                    try {
                        return target.room();
                    } finally {
                        lastMove = System.nanoTime();
                        resting = false;
                    }
                }

                @Override
                public void moved(int count) {
                    counting.accept(count);
                }
            };
        }

        private boolean isStalled(long now) {
            return !resting && now - lastMove > limit.toNanos();
        }

        /** Tells why an exchange has failed, if it was broken off. */
        IOException reason(IOException failed) {
            return brokenOff
                    ? new IOException("Nothing moved on the connection for " + limit.toMillis() + " ms", failed)
                    : failed;
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
