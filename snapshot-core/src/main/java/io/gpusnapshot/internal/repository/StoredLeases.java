package io.gpusnapshot.internal.repository;

import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.error.ObjectNotFoundException;
import io.gpusnapshot.internal.format.LeaseRecord;
import io.gpusnapshot.internal.format.RepositoryLayout;
import io.gpusnapshot.storage.StorageObject;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.StorageProviders;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The leases in a store, whoever put them there. Belongs to one thread. */
final class StoredLeases {
    /** Whoever holds a lease puts it again every minute, so that the store's own time tells when nobody does. */
    private static final Duration UNREADABLE_LIFETIME = Duration.ofHours(24);

    private static final Logger LOGGER = LoggerFactory.getLogger(StoredLeases.class);

    private final StorageProvider store;
    private final Clock clock;
    private final List<LeaseRecord> live = new ArrayList<>();
    private final List<String> abandoned = new ArrayList<>();

    StoredLeases(StorageProvider store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    List<LeaseRecord> live() throws IOException {
        readAll();
        return live;
    }

    void deleteAbandoned() throws IOException {
        readAll();
        store.delete(abandoned);
    }

    private void readAll() throws IOException {
        StorageProviders.listAll(store, RepositoryLayout.LEASES, object -> {
            if (RepositoryLayout.snapshotOfLease(object.key()).isPresent()) {
                read(object);
            }
        });
    }

    private void read(StorageObject object) throws IOException {
        try {
            byte[] content = StorageProviders.readFully(store, object.key(), LeaseRecord.MAX_BYTES);
            file(LeaseRecord.decode(content, object.key()));
        } catch (ObjectNotFoundException ended) {
            // It protects nothing any more.
        } catch (DataIntegrityException unreadable) {
            fileUnreadable(object, unreadable);
        }
    }

    private void file(LeaseRecord lease) {
        if (Lease.isAbandoned(lease, clock)) {
            abandoned.add(RepositoryLayout.lease(lease.snapshot()));
        } else {
            live.add(lease);
        }
    }

    private void fileUnreadable(StorageObject object, DataIntegrityException cause) throws DataIntegrityException {
        if (!object.lastModified().isBefore(clock.instant().minus(UNREADABLE_LIFETIME))) {
            throw new DataIntegrityException(
                    object.key(),
                    0,
                    "The lease " + object.key() + " in " + store + ", put at " + object.lastModified()
                            + ", cannot be read, so nobody knows what it protects; delete this object if no create and"
                            + " no replication is under way, or wait until it is "
                            + UNREADABLE_LIFETIME.toHours() + " hours old: " + cause.getMessage(),
                    cause);
        }
        LOGGER.warn(
                "The lease {} cannot be read and is ignored, since nobody has renewed it: {}",
                object.key(),
                cause.getMessage());
        abandoned.add(object.key());
    }
}
