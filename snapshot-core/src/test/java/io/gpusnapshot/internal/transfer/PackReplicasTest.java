package io.gpusnapshot.internal.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.error.StorageAccessException;
import io.gpusnapshot.error.StorageRequestException;
import io.gpusnapshot.error.StorageUnavailableException;
import io.gpusnapshot.internal.concurrent.BufferPool;
import io.gpusnapshot.model.ReplicaReport;
import io.gpusnapshot.model.SnapshotWarning;
import io.gpusnapshot.storage.ByteRange;
import io.gpusnapshot.testing.TestContents;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PackReplicasTest {
    private static final String KEY = "packs/a/000000.pack";
    private static final String OTHER = "packs/b/000000.pack";
    private static final int PART = 100;
    private static final int LENGTH = 10 * PART;
    private static final byte[] BYTES = TestContents.random(4, LENGTH);
    private static final ByteRange ALL = new ByteRange(0, LENGTH);

    private final AtomicLong clock = new AtomicLong();
    private final BufferPool buffers = new BufferPool(LENGTH, 1);
    private final List<SnapshotWarning> warnings = new ArrayList<>();
    private final FakePacks near = new FakePacks(BYTES, clock, 10);
    private final FakePacks far = new FakePacks(BYTES, clock, 30);
    private final PackReplicas replicas = replicas("near", near, "far", far);

    private PackReplicas replicas(String firstName, PackStore first, String secondName, PackStore second) {
        return new PackReplicas(
                List.of(new PackReplicas.Source(firstName, first), new PackReplicas.Source(secondName, second)),
                warnings::add,
                clock::get);
    }

    /** Takes parts of a hundred bytes each, and compares them. */
    private static class Parts implements RangeTaker {
        private final List<Integer> taken = new ArrayList<>();
        private final List<Integer> lost = new ArrayList<>();
        private final List<String> reasons = new ArrayList<>();

        @Override
        public List<Defect> take(ByteRange range, PackRange fetched) throws IOException {
            List<Defect> defects = new ArrayList<>();
            for (long start = range.offset(); start < range.end(); start += PART) {
                int place = (int) (start - range.offset());
                if (place + PART > fetched.bytes().limit()) {
                    defects.add(new Defect(
                            new ByteRange(start, PART), fetched.failure().orElseThrow()));
                } else if (!fetched.bytes().slice(place, PART).equals(ByteBuffer.wrap(BYTES, (int) start, PART))) {
                    defects.add(new Defect(
                            new ByteRange(start, PART), new DataIntegrityException(KEY, start, "wrong bytes", null)));
                } else {
                    taken.add((int) start / PART);
                }
            }
            return defects;
        }

        @Override
        public void lose(ByteRange part, IOException cause) {
            lost.add((int) part.offset() / PART);
            reasons.add(String.valueOf(cause.getMessage()));
        }
    }

    private Parts fetch(String key, PackReplicas from) throws IOException, InterruptedException {
        Parts parts = new Parts();
        from.fetch(key, List.of(ALL), buffers, parts);
        assertThat(buffers.tryAcquire()).as("the only buffer").isPresent().hasValueSatisfying(buffers::release);
        return parts;
    }

    private Parts fetch(String key) throws IOException, InterruptedException {
        return fetch(key, replicas);
    }

    /** The same by pieces of a part each. */
    private Parts fetchPieces(PackReplicas from, Parts parts) throws IOException, InterruptedException {
        List<ByteRange> pieces = IntStream.range(0, LENGTH / PART)
                .mapToObj(i -> new ByteRange((long) i * PART, PART))
                .toList();
        try {
            from.fetch(KEY, pieces, buffers, parts);
        } finally {
            assertThat(buffers.tryAcquire()).as("the only buffer").isPresent().hasValueSatisfying(buffers::release);
        }
        return parts;
    }

    @Test
    void piecesThatHaveComeAreNotFetchedAgain() throws IOException, InterruptedException {
        near.failingAfter(4, new StorageUnavailableException("fake", KEY, "down", null, null));

        Parts parts = fetchPieces(replicas, new Parts());

        assertThat(parts.taken).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        assertThat(far.reads()).isEqualTo(6);
        assertThat(replicas.reports())
                .containsExactly(new ReplicaReport("near", 4 * PART, 1), new ReplicaReport("far", 6 * PART, 0));
    }

    @Test
    void aPieceThatIsDamagedIsFetchedFromElsewhereWhenTheOthersHaveCome() throws IOException, InterruptedException {
        near.flipped(250);

        Parts parts = fetchPieces(replicas, new Parts());

        assertThat(parts.taken).containsExactly(0, 1, 3, 4, 5, 6, 7, 8, 9, 2);
        assertThat(far.reads()).isEqualTo(1);
    }

    @Test
    void aStoreIsNotToBlameForATakerThatCannotGoOn() {
        IOException full = new IOException("disk full");
        Parts parts = new Parts() {
            @Override
            public List<Defect> take(ByteRange range, PackRange fetched) throws IOException {
                super.take(range, fetched);
                throw full;
            }
        };

        assertThatThrownBy(() -> fetchPieces(replicas, parts)).isSameAs(full);
        assertThat(far.reads()).isZero();
        assertThat(report(0).failures()).isZero();
        assertThat(warnings).isEmpty();
    }

    @Test
    void timeThatATakerNeedsDoesNotCountAgainstTheStore() throws IOException, InterruptedException {
        Parts slow = new Parts() {
            @Override
            public List<Defect> take(ByteRange range, PackRange fetched) throws IOException {
                clock.addAndGet(TimeUnit.HOURS.toNanos(1));
                return super.take(range, fetched);
            }
        };
        fetchPieces(replicas, slow);
        fetchTimes(3);

        assertThat(far.reads()).isEqualTo(1);
    }

    private void fetchTimes(int times) throws IOException, InterruptedException {
        for (int i = 0; i < times; i++) {
            assertThat(fetch(KEY).taken).hasSize(10);
        }
    }

    private ReplicaReport report(int index) {
        return replicas.reports().get(index);
    }

    @Test
    void eachStoreIsTriedAndThenTheFasterOneServes() throws IOException, InterruptedException {
        fetchTimes(20);

        assertThat(replicas.reports())
                .containsExactly(new ReplicaReport("near", 19L * LENGTH, 0), new ReplicaReport("far", LENGTH, 0));
        assertThat(warnings).isEmpty();
    }

    /** A read that ends at some time, by which its store has brought it. */
    private record Underway(PackReplicas.Turn turn, long start, long end) {}

    @Test
    void manyReadsAtOnceAreSpreadByWhatEachStoreBrings() {
        long[] busyUntil = new long[2];
        long[] nanosPerRead = {1_000_000, 3_000_000};
        PriorityQueue<Underway> underway = new PriorityQueue<>((one, other) -> Long.compare(one.end(), other.end()));
        for (int i = 0; i < 16; i++) {
            underway.add(beginRead(busyUntil, nanosPerRead));
        }
        for (int i = 0; i < 2000; i++) {
            Underway next = underway.remove();
            clock.set(next.end());
            replicas.end(next.turn(), LENGTH, next.end() - next.start());
            underway.add(beginRead(busyUntil, nanosPerRead));
        }

        double share = report(0).bytesFetched() / (2000.0 * LENGTH);
        assertThat(share).isCloseTo(0.75, within(0.05));
    }

    private Underway beginRead(long[] busyUntil, long[] nanosPerRead) {
        PackReplicas.Turn turn = replicas.begin(KEY, Set.of()).orElseThrow();
        int store = turn.replica().name().equals("near") ? 0 : 1;
        busyUntil[store] = Math.max(busyUntil[store], clock.get()) + nanosPerRead[store];
        return new Underway(turn, clock.get(), busyUntil[store]);
    }

    @Test
    void storesShareTheReadsAsLongAsNothingIsKnownOfThem() {
        for (int i = 0; i < 10; i++) {
            assertThat(replicas.begin(KEY, Set.of())).isPresent();
        }

        PackReplicas.Turn next = replicas.begin(KEY, Set.of()).orElseThrow();
        assertThat(next.underWay()).isEqualTo(6);
    }

    @Test
    void aStoreThatHasNotAnsweredYetGetsNoSecondRead() {
        for (int i = 0; i < 10; i++) {
            PackReplicas.Turn turn = replicas.begin(KEY, Set.of()).orElseThrow();
            if (turn.replica().name().equals("near")) {
                clock.addAndGet(1000);
                replicas.end(turn, LENGTH, 1000);
            }
        }

        assertThat(report(0).bytesFetched()).isEqualTo(9L * LENGTH);
    }

    @Test
    void aStoreThatDiesIsReplacedAndTriedAgainAfterARest() throws IOException, InterruptedException {
        fetchTimes(5);
        near.unreachable("gone fishing");
        int before = near.reads();
        fetchTimes(5);
        assertThat(near.reads()).isEqualTo(before + 1);
        assertThat(report(0).failures()).isEqualTo(1);
        assertThat(warnings)
                .singleElement()
                .satisfies(warning -> assertThat(warning.problem()).contains("near", "gone fishing"));

        clock.addAndGet(TimeUnit.SECONDS.toNanos(2));
        fetchTimes(1);
        assertThat(near.reads()).as("after a second").isEqualTo(before + 2);
        clock.addAndGet(TimeUnit.SECONDS.toNanos(1));
        fetchTimes(1);
        assertThat(near.reads()).as("longer each time").isEqualTo(before + 2);

        near.recover();
        clock.addAndGet(TimeUnit.SECONDS.toNanos(2));
        fetchTimes(3);
        assertThat(near.reads()).isEqualTo(before + 5);
    }

    @Test
    void whatIsDamagedComesFromAnotherStore() throws IOException, InterruptedException {
        near.flipped(250);

        Parts parts = fetch(KEY);

        assertThat(parts.taken).containsExactly(0, 1, 3, 4, 5, 6, 7, 8, 9, 2);
        assertThat(parts.lost).isEmpty();
        assertThat(report(0)).isEqualTo(new ReplicaReport("near", LENGTH, 1));
        assertThat(report(1)).isEqualTo(new ReplicaReport("far", PART, 0));
        assertThat(warnings).hasSize(1);
    }

    @Test
    void aStoreThatLiesIsAskedLast() throws IOException, InterruptedException {
        near.flipped(250).flipped(350).flipped(450);
        fetchTimes(1);

        fetchTimes(4);

        assertThat(near.reads()).isEqualTo(1);
        far.unreachable("down");
        near.flipped(1);
        assertThatExceptionOfType(StorageUnavailableException.class)
                .isThrownBy(() -> fetch(KEY))
                .withMessageContainingAll("near: wrong bytes", "far: down");
    }

    @Test
    void aPackThatOneStoreLacksComesWholeFromAnother() throws IOException, InterruptedException {
        near.missing(KEY);
        fetchTimes(3);

        assertThat(near.reads()).isEqualTo(1);
        assertThat(far.reads()).isEqualTo(3);
        assertThat(warnings).hasSize(1);
        assertThat(fetch(OTHER).taken).hasSize(10);
        assertThat(near.reads()).isEqualTo(2);
    }

    @Test
    void theRestOfAPackThatIsTooShortComesFromAnotherStore() throws IOException, InterruptedException {
        near.cut(730);

        assertThat(fetch(KEY).taken).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        assertThat(report(1).bytesFetched()).isEqualTo(3 * PART);
    }

    @Test
    void whatIsWrongEverywhereIsLostAndEachStoreIsNamed() throws IOException, InterruptedException {
        near.flipped(250).flipped(350);
        far.flipped(250);

        Parts parts = fetch(KEY);

        assertThat(parts.lost).containsExactly(2);
        assertThat(parts.reasons).singleElement().asString().contains("near: wrong bytes", "far: wrong bytes");
        assertThat(parts.taken).hasSize(9);
    }

    @Test
    void aFailureOfAllStoresThatMayPassIsUnavailability() {
        near.unreachable("down");
        far.failing(new StorageAccessException("fake", KEY, "forbidden", null));

        assertThatExceptionOfType(StorageUnavailableException.class)
                .isThrownBy(() -> fetch(KEY))
                .withMessageContainingAll(KEY, "near: down", "far: forbidden");
    }

    @Test
    void aFailureOfAllStoresThatWillNotPassIsAnError() {
        near.missing(KEY);
        far.failing(new StorageAccessException("fake", KEY, "forbidden", null));

        assertThatExceptionOfType(StorageRequestException.class)
                .isThrownBy(() -> fetch(KEY))
                .withMessageContainingAll("is not there", "forbidden");
    }

    @Test
    void theFailureOfAnOnlyStoreIsReportedAsItIs() throws IOException, InterruptedException {
        PackReplicas only = new PackReplicas(List.of(new PackReplicas.Source("near", near)), warnings::add, clock::get);
        IOException failure = new StorageAccessException("fake", KEY, "forbidden", null);
        near.failing(failure);
        assertThatThrownBy(() -> fetch(KEY, only)).isSameAs(failure);

        near.recover();
        near.missing(KEY);
        Parts parts = new Parts();
        only.fetch(KEY, List.of(ALL), buffers, parts);

        assertThat(parts.reasons).containsExactly(KEY + " is not there");
        assertThat(warnings).isEmpty();
    }

    @Test
    void aCancellationIsNoFailure() {
        near.failing(new InterruptedIOException("stop"));
        far.failing(new InterruptedIOException("stop"));

        assertThatThrownBy(() -> fetch(KEY)).isInstanceOf(InterruptedIOException.class);
        assertThat(near.reads() + far.reads()).isEqualTo(1);
        assertThat(warnings).isEmpty();
    }
}
