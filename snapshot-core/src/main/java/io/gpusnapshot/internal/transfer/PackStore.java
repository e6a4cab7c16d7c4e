package io.gpusnapshot.internal.transfer;

import io.gpusnapshot.internal.concurrent.BufferPool;
import io.gpusnapshot.storage.ByteRange;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The one thing that the pipelines know of where packs are kept. Thread-safe. */
public interface PackStore extends PackTarget {
    /**
     * Reads a range of a pack.
     *
     * @param buffers where the room comes from; it is taken when the reading begins. There are enough for
     *     all threads that read at once, or will be soon, and each is as large as the range at least
     * @return the bytes, or those that there are of a pack that is missing, too short or not what the manifest says
     */
    default PackRange read(String key, ByteRange range, BufferPool buffers) throws IOException, InterruptedException {
        AtomicReference<@Nullable PackRange> read = new AtomicReference<>();
        read(key, List.of(range), buffers, (piece, found) -> read.set(found));
        return Objects.requireNonNull(read.get());
    }

    /**
     * Reads a range of a pack piece by piece, by as few requests as possible.
     *
     * @param pieces one behind the other; at least one
     * @param buffers as above, for ranges as large as the pieces
     * @param taker gets piece after piece. It must not read from this store, except when it takes the last one, since
     *     the connection waits for it meanwhile
     * @throws TakerFailure if the taker does
     */
    void read(String key, List<ByteRange> pieces, BufferPool buffers, PieceTaker taker)
            throws IOException, InterruptedException;

    /**
     * Tells that this object, and probably others near it, will be read soon, so that the store can do meanwhile what has
     * to precede it. Returns at once.
     */
    default void prepareReads(String key) {}

    /** How many reads at once can be of use. */
    int maxReaders();

    /** How many reads at once are of use as things are; the store learns it while it is read from. */
    default int usefulReaders() {
        return maxReaders();
    }

    /** Bytes beyond which a longer piece, or a longer range without pieces, brings no more. */
    int maxPieceBytes();

    /** Bytes beyond which a longer range of pieces brings no more. */
    default int maxRangeBytes() {
        return maxPieceBytes();
    }

    /** How many puts at once can be of use. */
    int maxWriters();
}
