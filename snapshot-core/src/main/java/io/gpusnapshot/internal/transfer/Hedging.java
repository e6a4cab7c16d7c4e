package io.gpusnapshot.internal.transfer;

import io.gpusnapshot.internal.concurrent.BufferPool;
import io.gpusnapshot.internal.http.HttpAnswer;
import io.gpusnapshot.internal.http.HttpHandle;
import io.gpusnapshot.internal.http.HttpTransport;
import io.gpusnapshot.storage.ByteRange;
import io.gpusnapshot.storage.GrantedRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sends a download a second time, once, when it takes longer than nearly all others did; the first answer counts. What
 * that may cost is limited to a hundredth of all bytes. Thread-safe.
 */
final class Hedging implements AutoCloseable {
    private static final int BUDGET_SHARE = 100;
    /** A request that is about to end anyway is not worth a second one. */
    private static final double PATIENCE = 1.5;

    private final HttpTransport http;
    private final LatencyTracker latencies = new LatencyTracker();
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, daemon("hedge-timer"));
    private final ExecutorService seconds = Executors.newCachedThreadPool(daemon("hedge"));
    private long bytes;
    private long hedgedBytes;

    Hedging(HttpTransport http) {
        this.http = http;
        timer.setRemoveOnCancelPolicy(true);
    }

    private static ThreadFactory daemon(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    /** Like {@link HttpTransport#download}. */
    HttpAnswer download(GrantedRequest request, ByteRange range, ByteBuffer target, BufferPool buffers)
            throws IOException {
        Race race = new Race(request, range, buffers);
        OptionalLong slow = latencies.slowNanos();
        ScheduledFuture<?> second = slow.isEmpty()
                ? null
                : timer.schedule(() -> race.begin(seconds), (long) (slow.getAsLong() * PATIENCE), TimeUnit.NANOSECONDS);
        long start = System.nanoTime();
        try {
            HttpAnswer answer = race.runFirst(target);
            if (answer.isSuccess()) {
                latencies.add(System.nanoTime() - start);
                spend(range.length());
            }
            return answer;
        } finally {
            if (second != null) {
                second.cancel(false);
            }
        }
    }

    private synchronized void spend(long count) {
        bytes += count;
    }

    private synchronized boolean mayHedge(long count) {
        boolean affordable = hedgedBytes <= bytes / BUDGET_SHARE;
        if (affordable) {
            hedgedBytes += count;
        }
        return affordable;
    }

    /** The first request and the second, of which one wins. */
    private final class Race {
        private final GrantedRequest request;
        private final ByteRange range;
        private final BufferPool buffers;
        private final HttpHandle first = new HttpHandle();
        private final HttpHandle second = new HttpHandle();
        private @Nullable ByteBuffer won;
        private @Nullable HttpAnswer wonAnswer;
        private boolean over;

        Race(GrantedRequest request, ByteRange range, BufferPool buffers) {
            this.request = request;
            this.range = range;
            this.buffers = buffers;
        }

        HttpAnswer runFirst(ByteBuffer target) throws IOException {
            int start = target.position();
            try {
                HttpAnswer answer = http.download(request, range, target, first);
                finish();
                return answer;
            } catch (IOException failed) {
                ByteBuffer other = finish();
                if (other == null) {
                    throw failed;
                }
                target.position(start).put(other.flip());
                buffers.release(other);
                return Objects.requireNonNull(wonAnswer);
            }
        }

        /** Ends the race; returns what the second has fetched if it has won. */
        private synchronized @Nullable ByteBuffer finish() {
            over = true;
            second.abort();
            return won;
        }

        void begin(ExecutorService threads) {
            Optional<ByteBuffer> room = mayHedge(range.length()) ? buffers.tryAcquire() : Optional.empty();
            room.ifPresent(buffer -> threads.execute(() -> runSecond(buffer)));
        }

        private void runSecond(ByteBuffer buffer) {
            boolean kept = false;
            try {
                HttpAnswer answer = http.download(request, range, buffer.limit((int) range.length()), second);
                kept = answer.isSuccess() && win(buffer, answer);
            } catch (IOException lost) {
                // The first request goes on; its own outcome is the one that is reported.
                return;
            } finally {
                if (!kept) {
                    buffers.release(buffer);
                }
            }
        }

        private boolean win(ByteBuffer buffer, HttpAnswer answer) {
            synchronized (this) {
                if (over) {
                    return false;
                }
                won = buffer;
                wonAnswer = answer;
            }
            first.abort();
            return true;
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
        seconds.shutdownNow();
    }
}
