package io.gpusnapshot.internal.restore;

import java.util.List;

/** Something for a worker to do. */
sealed interface RestoreTask {
    /** Visits of chunks that lie one behind the other in one pack. */
    record Range(List<ChunkVisit> visits) implements RestoreTask {
        long bytesToFetch() {
            return visits.stream().mapToLong(ChunkVisit::bytesToFetch).sum();
        }

        /** How many visits from the start have no more bytes than these; one at least. */
        int visitsWithin(long bytes) {
            int count = 1;
            long sum = visits.get(0).bytesToFetch();
            while (count < visits.size() && sum + visits.get(count).bytesToFetch() <= bytes) {
                sum += visits.get(count).bytesToFetch();
                count++;
            }
            return count;
        }
    }

    /** A file without data: empty, or one hole. */
    record Dataless(TargetFile file) implements RestoreTask {}

    /** Nothing follows. */
    record End() implements RestoreTask {}
}
