package io.gpusnapshot.internal.transfer;

import io.gpusnapshot.internal.concurrent.BufferPool;
import io.gpusnapshot.internal.transfer.RangeTaker.Defect;
import io.gpusnapshot.model.ReplicaReport;
import io.gpusnapshot.model.SnapshotWarning;
import io.gpusnapshot.storage.ByteRange;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Reads packs from several stores that hold the same. Each range goes to the store that promises to bring it soonest, by
 * what its reads have brought so far; what one store cannot deliver, or delivers damaged, the next one is asked for.
 * Thread-safe.
 */
public final class PackReplicas {
    private final List<Replica> replicas;
    private final Consumer<SnapshotWarning> listener;
    private final LongSupplier nanoTime;

    /** A store, and how to name it. */
    public record Source(String name, PackStore packs) {}

    /** A read that one of the stores is about to do, and how many it does then. */
    record Turn(Replica replica, int underWay) {}

    /**
     * @param sources the stores, the preferred one first; at least one
     * @param listener is told of failures that another store has to make up for
     */
    public PackReplicas(List<Source> sources, Consumer<SnapshotWarning> listener) {
        this(sources, listener, System::nanoTime);
    }

    PackReplicas(List<Source> sources, Consumer<SnapshotWarning> listener, LongSupplier nanoTime) {
        this.replicas = sources.stream()
                .map(source -> new Replica(source.name(), source.packs()))
                .toList();
        this.listener = listener;
        this.nanoTime = nanoTime;
    }

    /** How many reads at once can be of use. */
    public int maxReaders() {
        return replicas.stream()
                .mapToInt(replica -> replica.packs().maxReaders())
                .sum();
    }

    /** How many reads at once are of use as things are. */
    public int usefulReaders() {
        return replicas.stream()
                .mapToInt(replica -> replica.packs().usefulReaders())
                .sum();
    }

    /** Bytes beyond which a read brings no more. */
    public int maxRangeBytes() {
        return replicas.stream()
                .mapToInt(replica -> replica.packs().maxRangeBytes())
                .max()
                .orElseThrow();
    }

    /** What each store has contributed so far. */
    public synchronized List<ReplicaReport> reports() {
        return replicas.stream().map(Replica::report).toList();
    }

    /**
     * Reads a range, and what is wrong with it again from store after store, until the taker has all of it or no store is
     * left. Parts that are missing or damaged everywhere are reported to the taker.
     *
     * @param buffers as for {@link PackStore#read}
     * @throws IOException the failure of the store, or one that names those of all, if any of them may still have what
     *     is missing
     */
    public void fetch(String key, ByteRange range, BufferPool buffers, RangeTaker taker)
            throws IOException, InterruptedException {
        fetch(new Request(key, buffers, taker), range, Tried.NOTHING);
    }

    /** What does not change while one range is looked for. */
    private record Request(String key, BufferPool buffers, RangeTaker taker) {}

    /** Where a part was looked for. */
    private record Tried(Set<Replica> replicas, ReplicaFailures failures) {
        static final Tried NOTHING = new Tried(Set.of(), ReplicaFailures.NONE);

        Tried with(Replica replica, IOException cause) {
            Set<Replica> more = new HashSet<>(replicas);
            more.add(replica);
            return new Tried(more, failures.with(replica.name(), cause));
        }
    }

    /** Calls itself for what is missing; at most once for each store, one within the other. */
    private void fetch(Request request, ByteRange range, Tried tried) throws IOException, InterruptedException {
        Optional<Turn> turn = begin(request.key(), tried.replicas());
        if (turn.isEmpty()) {
            giveUp(request, range, tried.failures());
            return;
        }
        for (Defect defect : read(turn.get(), request, range)) {
            fetch(request, defect.part(), tried.with(turn.get().replica(), defect.cause()));
        }
    }

    synchronized Optional<Turn> begin(String key, Set<Replica> tried) {
        long now = nanoTime.getAsLong();
        return replicas.stream()
                .filter(replica -> !tried.contains(replica))
                .min(Comparator.<Replica>comparingInt(replica -> replica.reluctance(key, now))
                        .thenComparingDouble(Replica::expectedNanosPerByte)
                        // As long as nothing is known of any, they share.
                        .thenComparingInt(Replica::underWay))
                .map(replica -> new Turn(replica, replica.begin()));
    }

    private List<Defect> read(Turn turn, Request request, ByteRange range) throws IOException, InterruptedException {
        Replica replica = turn.replica();
        PackRange fetched;
        try {
            fetched = measured(turn, request, range);
        } catch (IOException failed) {
            if (isCancellation(failed)) {
                throw failed;
            }
            note(replica, request.key(), failed);
            return List.of(new Defect(range, failed));
        }
        List<Defect> defects = judged(request, range, fetched);
        note(replica, request.key(), fetched.failure(), defects);
        return defects;
    }

    private PackRange measured(Turn turn, Request request, ByteRange range) throws IOException, InterruptedException {
        long start = nanoTime.getAsLong();
        long received = 0;
        try {
            PackRange fetched = turn.replica().packs().read(request.key(), range, request.buffers());
            received = fetched.bytes().remaining();
            return fetched;
        } finally {
            end(turn, received, nanoTime.getAsLong() - start);
        }
    }

    synchronized void end(Turn turn, long bytes, long nanos) {
        turn.replica().end(turn.underWay(), bytes, nanos);
    }

    private static boolean isCancellation(IOException failure) {
        return failure instanceof ClosedByInterruptException
                || (failure instanceof InterruptedIOException && !(failure instanceof SocketTimeoutException))
                || Thread.currentThread().isInterrupted();
    }

    private static List<Defect> judged(Request request, ByteRange range, PackRange fetched)
            throws IOException, InterruptedException {
        try {
            if (fetched.failure().isPresent() && !fetched.bytes().hasRemaining()) {
                return List.of(new Defect(range, fetched.failure().get()));
            }
            return request.taker().take(range, fetched);
        } finally {
            request.buffers().release(fetched.bytes());
        }
    }

    private void note(Replica replica, String key, IOException failure) {
        boolean news;
        synchronized (this) {
            replica.failed(nanoTime.getAsLong());
            news = replica.isNews(key);
        }
        if (news) {
            warn(replica, key, failure);
        }
    }

    private void note(Replica replica, String key, Optional<IOException> failure, List<Defect> defects) {
        boolean news;
        synchronized (this) {
            replica.succeeded();
            if (failure.isPresent()) {
                replica.lacks(key);
            } else {
                replica.delivered(defects.size());
            }
            news = !defects.isEmpty() && replica.isNews(key);
        }
        if (news) {
            warn(replica, key, defects.get(0).cause());
        }
    }

    private void warn(Replica replica, String key, IOException cause) {
        if (replicas.size() > 1) {
            listener.accept(new SnapshotWarning(
                    key, "not delivered by " + replica.name() + ", asking another replica: " + cause.getMessage()));
        }
    }

    private static void giveUp(Request request, ByteRange range, ReplicaFailures failures) throws IOException {
        IOException failure = failures.combined(
                request.key(), "bytes " + range.offset() + " to " + (range.end() - 1) + " of " + request.key());
        if (!failures.areLosses()) {
            throw failure;
        }
        request.taker().lose(range, failure);
    }
}
