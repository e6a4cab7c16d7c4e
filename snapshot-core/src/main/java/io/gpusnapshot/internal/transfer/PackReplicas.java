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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.ToIntFunction;

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

    /** Bytes beyond which a longer piece brings no more. */
    public int maxPieceBytes() {
        return most(PackStore::maxPieceBytes);
    }

    /** Bytes beyond which a longer range of pieces brings no more. */
    public int maxRangeBytes() {
        return most(PackStore::maxRangeBytes);
    }

    private int most(ToIntFunction<PackStore> bytes) {
        return replicas.stream().map(Replica::packs).mapToInt(bytes).max().orElseThrow();
    }

    /** What each store has contributed so far. */
    public synchronized List<ReplicaReport> reports() {
        return replicas.stream().map(Replica::report).toList();
    }

    /**
     * Reads a range, and what is wrong with it again from store after store, until the taker has all of it or no store is
     * left. Parts that are missing or damaged everywhere are reported to the taker.
     *
     * @param pieces what to hand over at a time, as for {@link PackStore#read}
     * @throws IOException the failure of the store, or one that names those of all, if any of them may still have what
     *     is missing
     */
    public void fetch(String key, List<ByteRange> pieces, BufferPool buffers, RangeTaker taker)
            throws IOException, InterruptedException {
        fetch(new Request(key, buffers, taker), pieces, Tried.NOTHING);
    }

    /** What does not change while one range is looked for. */
    private record Request(String key, BufferPool buffers, RangeTaker taker) {}

    /** What a store has not delivered as it should be, and why. */
    private record Shortfall(List<ByteRange> pieces, IOException cause) {}

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
    private void fetch(Request request, List<ByteRange> pieces, Tried tried) throws IOException, InterruptedException {
        Optional<Turn> turn = begin(request.key(), tried.replicas());
        if (turn.isEmpty()) {
            giveUp(request, pieces, tried.failures());
            return;
        }
        for (Shortfall shortfall : read(turn.get(), request, pieces)) {
            fetch(request, shortfall.pieces(), tried.with(turn.get().replica(), shortfall.cause()));
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

    private List<Shortfall> read(Turn turn, Request request, List<ByteRange> pieces)
            throws IOException, InterruptedException {
        Replica replica = turn.replica();
        Delivery delivery = new Delivery(request, pieces);
        try {
            measured(turn, delivery);
        } catch (TakerFailure unwanted) {
            unwanted.rethrow();
        } catch (IOException failed) {
            if (isCancellation(failed)) {
                throw failed;
            }
            note(replica, request.key(), failed);
            return delivery.brokenOffBy(failed);
        }
        note(replica, request.key(), delivery);
        return delivery.shortfalls;
    }

    private void measured(Turn turn, Delivery delivery) throws IOException, InterruptedException {
        long start = nanoTime.getAsLong();
        Request request = delivery.request;
        try {
            turn.replica().packs().read(request.key(), delivery.pieces, request.buffers(), delivery);
        } finally {
            end(turn, delivery.bytes, nanoTime.getAsLong() - start - delivery.nanosOfTaker);
        }
    }

    /** What one store brings of a range. Belongs to one thread. */
    private final class Delivery implements PieceTaker {
        private final Request request;
        private final List<ByteRange> pieces;
        private final List<Shortfall> shortfalls = new ArrayList<>();
        /** Why the pack, or its end, is missing, if so. */
        private Optional<IOException> loss = Optional.empty();

        private int damages;
        private long end;
        private long bytes;
        private long nanosOfTaker;

        Delivery(Request request, List<ByteRange> pieces) {
            this.request = request;
            this.pieces = pieces;
        }

        @Override
        public void take(ByteRange piece, PackRange found) throws TakerFailure {
            long start = nanoTime.getAsLong();
            bytes += found.bytes().remaining();
            end = piece.end();
            try {
                if (found.failure().isPresent()) {
                    loss = found.failure();
                }
                if (loss.isPresent() && !found.bytes().hasRemaining()) {
                    shortfalls.add(new Shortfall(within(piece), loss.get()));
                } else {
                    judge(piece, found);
                }
            } catch (IOException failed) {
                throw new TakerFailure(failed);
            } catch (InterruptedException interrupted) {
                throw new TakerFailure(interrupted);
            } finally {
                request.buffers().release(found.bytes());
                nanosOfTaker += nanoTime.getAsLong() - start;
            }
        }

        private void judge(ByteRange piece, PackRange found) throws IOException, InterruptedException {
            for (Defect defect : request.taker().take(piece, found)) {
                damages++;
                shortfalls.add(new Shortfall(List.of(defect.part()), defect.cause()));
            }
        }

        private List<ByteRange> within(ByteRange part) {
            return pieces.stream()
                    .filter(piece -> piece.offset() >= part.offset() && piece.end() <= part.end())
                    .toList();
        }

        /** What was handed over stays so; the rest has to come from elsewhere. */
        List<Shortfall> brokenOffBy(IOException failure) {
            List<ByteRange> rest =
                    pieces.stream().filter(piece -> piece.offset() >= end).toList();
            shortfalls.add(new Shortfall(rest, failure));
            return shortfalls;
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

    private void note(Replica replica, String key, Delivery delivery) {
        boolean news;
        synchronized (this) {
            replica.succeeded();
            if (delivery.loss.isPresent()) {
                replica.lacks(key);
            } else {
                replica.delivered(delivery.damages);
            }
            news = !delivery.shortfalls.isEmpty() && replica.isNews(key);
        }
        if (news) {
            warn(replica, key, delivery.shortfalls.get(0).cause());
        }
    }

    private void warn(Replica replica, String key, IOException cause) {
        if (replicas.size() > 1) {
            listener.accept(new SnapshotWarning(
                    key, "not delivered by " + replica.name() + ", asking another replica: " + cause.getMessage()));
        }
    }

    private static void giveUp(Request request, List<ByteRange> pieces, ReplicaFailures failures) throws IOException {
        long start = pieces.get(0).offset();
        ByteRange range = new ByteRange(start, pieces.get(pieces.size() - 1).end() - start);
        IOException failure = failures.combined(
                request.key(), "bytes " + range.offset() + " to " + (range.end() - 1) + " of " + request.key());
        if (!failures.areLosses()) {
            throw failure;
        }
        request.taker().lose(range, failure);
    }
}
