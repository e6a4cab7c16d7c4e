package io.gpusnapshot.internal.transfer;

import io.gpusnapshot.internal.concurrent.BufferPool;
import io.gpusnapshot.internal.http.HttpAnswer;
import io.gpusnapshot.internal.http.HttpHandle;
import io.gpusnapshot.storage.ByteRange;
import io.gpusnapshot.storage.GrantedRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** One download: a request, maybe a second one, and which of them wins. It is used once. */
final class HedgedDownload {
    private final Hedging hedging;
    private final GrantedRequest request;
    private final ByteRange range;
    private final BufferPool buffers;
    private final IntConsumer moved;
    private final long start;
    private final HttpHandle first = new HttpHandle();
    private final HttpHandle second = new HttpHandle();
    private final AtomicInteger secondBytes = new AtomicInteger();
    private volatile long lastMove;
    private long longestSilence;
    private int lostBytes;
    private @Nullable ScheduledFuture<?> look;
    private boolean hasSecond;
    private @Nullable ByteBuffer won;
    private @Nullable HttpAnswer wonAnswer;
    private boolean over;

    HedgedDownload(Hedging hedging, GrantedRequest request, ByteRange range, BufferPool buffers, IntConsumer moved) {
        this.hedging = hedging;
        this.request = request;
        this.range = range;
        this.buffers = buffers;
        this.moved = moved;
        this.start = hedging.nanoTime();
        this.lastMove = start;
    }

    HttpAnswer run(ByteBuffer target) throws IOException {
        lookAfter(Hedging.LEAST_NANOS);
        try {
            HttpAnswer answer = runFirst(target);
            if (answer.isSuccess()) {
                hedging.learn(hedging.nanoTime() - start, longestSilence, range.length());
            }
            return answer;
        } finally {
            end();
        }
    }

    private HttpAnswer runFirst(ByteBuffer target) throws IOException {
        int position = target.position();
        try {
            HttpAnswer answer = hedging.http().download(request, range, target, first, this::firstMoved);
            return answer.isSuccess()
                    ? answer
                    : resultOfSecond(target, position).orElse(answer);
        } catch (IOException failed) {
            return resultOfSecond(target, position).orElseThrow(() -> failed);
        }
    }

    private void firstMoved(int count) {
        long now = hedging.nanoTime();
        longestSilence = Math.max(longestSilence, now - lastMove);
        lastMove = now;
        moved.accept(count);
    }

    /** If the second has won, what it fetched replaces whatever the first did. */
    private synchronized Optional<HttpAnswer> resultOfSecond(ByteBuffer target, int position) {
        over = true;
        if (won != null) {
            lostBytes = target.position() - position;
            target.position(position).put(won.flip());
        }
        return Optional.ofNullable(wonAnswer);
    }

    private synchronized void end() {
        over = true;
        if (look != null) {
            look.cancel(false);
        }
        second.abort();
        if (hasSecond) {
            hedging.giveBack(range.length() - (won == null ? secondBytes.get() : lostBytes));
        }
        if (won != null) {
            buffers.release(won);
        }
    }

    private synchronized void lookAfter(long nanos) {
        if (!over) {
            look = hedging.after(nanos, this::look);
        }
    }

    private void look() {
        long now = hedging.nanoTime();
        long patience = hedging.patienceNanos(now - start, now - lastMove);
        if (patience > 0) {
            lookAfter(patience);
        } else if (!beginSecond()) {
            lookAfter(Hedging.LEAST_NANOS);
        }
    }

    /** False if there is neither room for it now, nor what it may cost. */
    private synchronized boolean beginSecond() {
        if (over || !hedging.reserve(range.length())) {
            return over;
        }
        Optional<ByteBuffer> room = buffers.tryAcquire();
        if (room.isEmpty()) {
            hedging.giveBack(range.length());
            return false;
        }
        hasSecond = true;
        hedging.inBackground(() -> runSecond(room.get()));
        return true;
    }

    private void runSecond(ByteBuffer buffer) {
        boolean kept = false;
        try {
            ByteBuffer room = buffer.limit((int) range.length());
            HttpAnswer answer = hedging.http().download(request, range, room, second, secondBytes::addAndGet);
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
