package io.gpusnapshot;

import io.gpusnapshot.codec.CodecRegistry;
import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.error.SnapshotException;
import io.gpusnapshot.error.SnapshotNotFoundException;
import io.gpusnapshot.error.UnsupportedFormatException;
import io.gpusnapshot.internal.repository.Repository;
import io.gpusnapshot.internal.transfer.ReplicaFailures;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.model.SnapshotSummary;
import io.gpusnapshot.model.SnapshotWarning;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Lists snapshots. */
final class SnapshotListing {
    private SnapshotListing() {}

    static SnapshotPage page(Repository repository, Optional<SnapshotId> from, int limit) throws IOException {
        List<SnapshotId> ids = repository.snapshots().stream()
                .filter(id -> from.isEmpty() || id.compareTo(from.get()) <= 0)
                .toList();
        List<SnapshotSummary> summaries = new ArrayList<>();
        List<SnapshotWarning> unreadable = new ArrayList<>();
        for (SnapshotId id : ids.subList(0, Math.min(limit, ids.size()))) {
            try {
                summaries.add(repository.header(id).summary());
            } catch (SnapshotNotFoundException deletedSince) {
                // It belongs on no page any more.
            } catch (DataIntegrityException | UnsupportedFormatException damaged) {
                unreadable.add(new SnapshotWarning(id.value(), String.valueOf(damaged.getMessage())));
            }
        }
        Optional<SnapshotId> next = ids.size() > limit ? Optional.of(ids.get(limit)) : Optional.empty();
        return new SnapshotPage(summaries, unreadable, next);
    }

    /**
     * Finds the newest snapshot that any of several stores has.
     *
     * @throws IOException if no store can tell
     */
    static Optional<SnapshotId> newest(List<StoreHandle> stores, CodecRegistry codecs) throws IOException {
        Optional<SnapshotId> newest = Optional.empty();
        ReplicaFailures failures = ReplicaFailures.NONE;
        for (StoreHandle store : stores) {
            try {
                List<SnapshotId> ids = Repository.snapshots(store.provider());
                if (ids.isEmpty()) {
                    // Whether there is a repository at all need not be asked of a store that has snapshots.
                    Repository.open(store.provider(), codecs);
                }
                newest = Stream.concat(newest.stream(), ids.stream()).max(Comparator.naturalOrder());
            } catch (SnapshotException failed) {
                failures = failures.with(store.toString(), failed);
            }
        }
        if (failures.failures().size() == stores.size()) {
            throw failures.combined(stores.toString(), "a list of snapshots");
        }
        return newest;
    }
}
