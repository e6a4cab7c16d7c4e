package io.gpusnapshot.internal.transfer;

import io.gpusnapshot.internal.concurrent.BufferPool;
import io.gpusnapshot.internal.http.BodyTarget;
import io.gpusnapshot.storage.ByteRange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** Where a range goes while it is read: piece by piece into a buffer, and then to its taker. Belongs to one thread. */
final class RangeTarget implements AutoCloseable {
    private final List<ByteRange> pieces;
    private final BufferPool buffers;
    private final PieceTaker taker;
    private int index;
    private @Nullable ByteBuffer buffer;

    /**
     * @param pieces one behind the other, each no longer than a buffer
     */
    RangeTarget(List<ByteRange> pieces, BufferPool buffers, PieceTaker taker) {
        this.pieces = pieces;
        this.buffers = buffers;
        this.taker = taker;
    }

    /** Sees to it that there is a buffer for the piece that comes next. */
    void prepare() throws InterruptedException {
        if (buffer == null) {
            buffer = buffers.acquire().limit((int) piece().length());
        }
    }

    private ByteRange piece() {
        return pieces.get(index);
    }

    /** The buffer of this piece, which is {@linkplain #prepare there}. */
    ByteBuffer buffer() {
        return Objects.requireNonNull(buffer);
    }

    BufferPool buffers() {
        return buffers;
    }

    /** What is missing of this piece. */
    ByteRange missingOfPiece() {
        return new ByteRange(piece().offset() + buffer().position(), buffer().remaining());
    }

    /** What is missing of the range. */
    ByteRange missing() {
        long start = missingOfPiece().offset();
        return new ByteRange(start, end() - start);
    }

    private long end() {
        return pieces.get(pieces.size() - 1).end();
    }

    /** How far the reading has come, in bytes of the pack. */
    long position() {
        if (isDone()) {
            return end();
        }
        return piece().offset() + (buffer == null ? 0 : buffer.position());
    }

    boolean isPieceComplete() {
        return buffer != null && !buffer.hasRemaining();
    }

    /** Whether all that was wanted has come, and maybe not been handed over. */
    boolean hasAll() {
        return position() == end();
    }

    /** Whether everything has been handed over. */
    boolean isDone() {
        return index == pieces.size();
    }

    /** Hands over the piece, which is complete. */
    void handOver() throws TakerFailure {
        ByteRange piece = piece();
        ByteBuffer bytes = buffer().flip();
        buffer = null;
        index++;
        taker.take(piece, new PackRange(bytes, Optional.empty()));
    }

    /** Hands over what has come of a piece, after which nothing comes. */
    void handOverIncomplete(IOException failure) throws InterruptedException, TakerFailure {
        prepare();
        ByteRange rest = new ByteRange(piece().offset(), end() - piece().offset());
        ByteBuffer bytes = buffer().flip();
        buffer = null;
        index = pieces.size();
        taker.take(rest, new PackRange(bytes, Optional.of(failure)));
    }

    /** Gets ready for the next piece, after handing over the one that is complete. */
    void next() throws TakerFailure {
        handOver();
        try {
            prepare();
        } catch (InterruptedException interrupted) {
            throw new TakerFailure(interrupted);
        }
    }

    /** As the target of a request for all that is {@linkplain #missing}. */
    BodyTarget body(IntConsumer moved) {
        return new BodyTarget() {
            @Override
            public ByteBuffer room() throws IOException {
                if (isPieceComplete()) {
                    next();
                }
                return buffer();
            }

            @Override
            public void moved(int count) {
                moved.accept(count);
            }
        };
    }

    /** Gives back the buffer of a piece that was not handed over. */
    @Override
    public void close() {
        if (buffer != null) {
            buffers.release(buffer);
            buffer = null;
        }
    }
}
