package io.gpusnapshot.internal.transfer;

import io.gpusnapshot.internal.concurrent.BufferPool;
import io.gpusnapshot.internal.http.BodyTarget;
import io.gpusnapshot.internal.http.HttpAnswer;
import io.gpusnapshot.internal.http.HttpHandle;
import io.gpusnapshot.storage.ByteRange;
import io.gpusnapshot.storage.GrantedRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The download of one piece by a request that may bring others before and after, maybe a second request for the piece
 * alone, and which of them wins. It is used once.
 */
final class HedgedPiece {
    private final Hedging hedging;
    private final GrantedRequest request;
    private final ByteRange range;
    private final ByteBuffer target;
    private final int position;
    private final BufferPool buffers;
    private final HttpHandle first;
    private final long start;
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

    /**
     * Begins now.
     *
     * @param range what is missing of the piece
     * @param target the piece's buffer, which the first request fills
     * @param first ends the first request
     */
    HedgedPiece(
            Hedging hedging,
            GrantedRequest request,
            ByteRange range,
            ByteBuffer target,
            BufferPool buffers,
            HttpHandle first) {
        this.hedging = hedging;
        this.request = request;
        this.range = range;
        this.target = target;
        this.position = target.position();
        this.buffers = buffers;
        this.first = first;
        this.start = hedging.nanoTime();
        this.lastMove = start;
    }

    /** Has it looked after until it {@linkplain #end ends}. */
    void watch() {
        lookAfter(Hedging.LEAST_NANOS);
    }

    /** The first request goes on. */
    void moved() {
        long now = hedging.nanoTime();
        longestSilence = Math.max(longestSilence, now - lastMove);
        lastMove = now;
    }

    /** The first request has brought all; false if the second has won all the same. */
    synchronized boolean complete() {
        over = true;
        if (won == null) {
            learn();
        }
        return won == null;
    }

    private void learn() {
        hedging.learn(hedging.nanoTime() - start, longestSilence, range.length());
    }

    /**
     * The first request has failed. If the second has won, what it fetched replaces whatever the first did.
     *
     * @return the answer to the second, if it has
     */
    synchronized Optional<HttpAnswer> replace() {
        over = true;
        if (won != null) {
            lostBytes = target.position() - position;
            target.position(position).put(won.flip());
            learn();
        }
        return Optional.ofNullable(wonAnswer);
    }

    /** Ends what goes on beside, and settles accounts. Idempotent. */
    synchronized void end() {
        over = true;
        if (look != null) {
            look.cancel(false);
        }
        second.abort();
        if (hasSecond) {
            hedging.giveBack(range.length() - (won == null ? secondBytes.get() : lostBytes));
            hasSecond = false;
        }
        if (won != null) {
            buffers.release(won);
            won = null;
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
            HttpAnswer answer =
                    hedging.http().download(request, range, BodyTarget.of(room, secondBytes::addAndGet), second);
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
