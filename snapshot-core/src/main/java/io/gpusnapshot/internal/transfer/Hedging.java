package io.gpusnapshot.internal.transfer;

import io.gpusnapshot.internal.concurrent.BufferPool;
import io.gpusnapshot.internal.http.HttpAnswer;
import io.gpusnapshot.internal.http.HttpHandle;
import io.gpusnapshot.internal.http.HttpTransport;
import io.gpusnapshot.storage.ByteRange;
import io.gpusnapshot.storage.GrantedRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Sends a download a second time, once, when it takes longer than nearly all others did; the first answer counts. What
 * that may cost is limited to a hundredth of all bytes. Thread-safe.
 */
final class Hedging implements AutoCloseable {
    private static final int BUDGET_SHARE = 100;
    /** A request that is about to end anyway is not worth a second one. */
    private static final int PATIENCE = 2;

    private final HttpTransport http;
    private final LatencyTracker latencies = new LatencyTracker();
    private final ScheduledThreadPoolExecutor timer;
    private final ExecutorService seconds = Executors.newCachedThreadPool(daemon("hedge"));
    private long bytes;
    private long hedgedBytes;

    Hedging(HttpTransport http) {
        this(http, new ScheduledThreadPoolExecutor(1, daemon("hedge-timer")));
    }

    /** Takes a timer of one thread, which it shuts down when closed. */
    Hedging(HttpTransport http, ScheduledThreadPoolExecutor timer) {
        this.http = http;
        this.timer = timer;
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
    HttpAnswer download(
            GrantedRequest request, ByteRange range, ByteBuffer target, BufferPool buffers, IntConsumer moved)
            throws IOException {
        Race race = new Race(request, range, buffers);
        OptionalLong slow = latencies.slowNanos();
        ScheduledFuture<?> second = slow.isEmpty()
                ? null
                : timer.schedule(race::beginSecond, PATIENCE * slow.getAsLong(), TimeUnit.NANOSECONDS);
        long start = System.nanoTime();
        try {
            HttpAnswer answer = race.run(target, moved);
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

    private synchronized boolean isAffordable() {
        return hedgedBytes <= bytes / BUDGET_SHARE;
    }

    private synchronized void spendTwice(long count) {
        hedgedBytes += count;
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

        HttpAnswer run(ByteBuffer target, IntConsumer moved) throws IOException {
            int start = target.position();
            try {
                HttpAnswer answer = http.download(request, range, target, first, moved);
                return answer.isSuccess()
                        ? answer
                        : resultOfSecond(target, start).orElse(answer);
            } catch (IOException failed) {
                return resultOfSecond(target, start).orElseThrow(() -> failed);
            } finally {
                end();
            }
        }

        /** If the second has won, what it fetched replaces whatever the first did. */
        private synchronized Optional<HttpAnswer> resultOfSecond(ByteBuffer target, int start) {
            over = true;
            if (won != null) {
                target.position(start).put(won.flip());
            }
            return Optional.ofNullable(wonAnswer);
        }

        private synchronized void end() {
            over = true;
            second.abort();
            if (won != null) {
                buffers.release(won);
            }
        }

        /** Runs on the timer's only thread, so that no two of these look at the budget at once. */
        void beginSecond() {
            if (isAffordable()) {
                buffers.tryAcquire().ifPresent(room -> {
                    spendTwice(range.length());
                    seconds.execute(() -> runSecond(room));
                });
            }
        }

        private void runSecond(ByteBuffer buffer) {
            boolean kept = false;
            try {
                HttpAnswer answer =
                        http.download(request, range, buffer.limit((int) range.length()), second, count -> {});
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
