package io.gpusnapshot.internal.transfer;

import io.gpusnapshot.internal.http.BodyTarget;
import io.gpusnapshot.internal.http.HttpAnswer;
import io.gpusnapshot.internal.http.HttpHandle;
import io.gpusnapshot.storage.GrantedRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.IntConsumer;

/**
 * A request for all that is missing of a range. A piece that is late may be brought by a second request, after which this
 * one is over, also if more pieces were to follow. It belongs to one thread and is used once.
 */
final class HedgedDownload implements BodyTarget {
    private final Hedging hedging;
    private final GrantedRequest request;
    private final RangeTarget target;
    private final IntConsumer moved;
    private final HttpHandle handle = new HttpHandle();
    private HedgedPiece piece;

    HedgedDownload(Hedging hedging, GrantedRequest request, RangeTarget target, IntConsumer moved) {
        this.hedging = hedging;
        this.request = request;
        this.target = target;
        this.moved = moved;
        this.piece = newPiece();
    }

    private HedgedPiece newPiece() {
        return new HedgedPiece(hedging, request, target.missingOfPiece(), target.buffer(), target.buffers(), handle);
    }

    /** Returns a success also if only the piece that was late has come. */
    HttpAnswer run() throws IOException {
        piece.watch();
        try {
            HttpAnswer answer = hedging.http().download(request, target.missing(), this, handle);
            if (answer.isSuccess()) {
                piece.complete();
                return answer;
            }
            return piece.replace().orElse(answer);
        } catch (IOException failed) {
            return piece.replace().orElseThrow(() -> failed);
        } finally {
            piece.end();
        }
    }

    @Override
    public ByteBuffer room() throws IOException {
        if (target.isPieceComplete()) {
            if (!piece.complete()) {
                throw new IOException("The second request was sooner, and has ended this one");
            }
            piece.end();
            target.next();
            piece = newPiece();
            piece.watch();
        }
        return target.buffer();
    }

    @Override
    public void moved(int count) {
        piece.moved();
        moved.accept(count);
    }
}
