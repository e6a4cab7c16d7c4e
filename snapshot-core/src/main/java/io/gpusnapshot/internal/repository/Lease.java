package io.gpusnapshot.internal.repository;

import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.error.ObjectNotFoundException;
import io.gpusnapshot.error.SnapshotConflictException;
import io.gpusnapshot.internal.concurrent.DaemonThreads;
import io.gpusnapshot.internal.concurrent.Uninterrupted;
import io.gpusnapshot.internal.format.LeaseRecord;
import io.gpusnapshot.internal.format.RepositoryLayout;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.storage.PutOptions;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.StorageProviders;
import java.io.Closeable;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says to everybody that a create, or a replication, is under way, so that nobody prunes its packs or deletes its parent. It is renewed
 * every {@link #RENEWAL} and counts as abandoned when that has not happened for {@link #LIFETIME}.
 */
public final class Lease implements Closeable {
    public static final Duration RENEWAL = Duration.ofMinutes(1);
    public static final Duration LIFETIME = Duration.ofMinutes(30);

    private static final Logger LOGGER = LoggerFactory.getLogger(Lease.class);

    private final StorageProvider store;
    private final LeaseRecord record;
    private final Clock clock;
    private final ScheduledExecutorService timer;
    private final ScheduledFuture<?> renewal;
    private volatile Instant renewedAt;

    private Lease(StorageProvider store, LeaseRecord record, Clock clock) {
        this.store = store;
        this.record = record;
        this.clock = clock;
        this.renewedAt = record.renewedAt();
        this.timer = Executors.newSingleThreadScheduledExecutor(new DaemonThreads("lease-" + record.snapshot()));
        this.renewal =
                timer.scheduleWithFixedDelay(this::renew, RENEWAL.toSeconds(), RENEWAL.toSeconds(), TimeUnit.SECONDS);
    }

    /** Writes the lease and keeps it renewed until it is closed. */
    public static Lease acquire(StorageProvider store, SnapshotId snapshot, Optional<SnapshotId> parent, Clock clock)
            throws IOException {
        return acquire(store, new LeaseRecord(snapshot, parent, Set.of(), clock.instant()), clock);
    }

    /**
     * Writes the lease of a snapshot that is replicated, and keeps it renewed until it is closed.
     *
     * @param creators snapshots whose packs it relies on
     */
    public static Lease acquireForReplica(
            StorageProvider store, SnapshotId snapshot, Set<SnapshotId> creators, Clock clock) throws IOException {
        return acquire(store, new LeaseRecord(snapshot, Optional.empty(), creators, clock.instant()), clock);
    }

    private static Lease acquire(StorageProvider store, LeaseRecord record, Clock clock) throws IOException {
        try {
            put(store, record);
        } catch (IOException failed) {
            // It may stand there nevertheless.
            withdraw(store, record);
            throw failed;
        }
        return new Lease(store, record, clock);
    }

    private static void put(StorageProvider store, LeaseRecord record) throws IOException {
        StorageProviders.putBytes(
                store, RepositoryLayout.lease(record.snapshot()), record.encode(), PutOptions.REPLACE);
    }

    /** Without its lease a create has ended, and whether it succeeded does not depend on this. */
    private static void withdraw(StorageProvider store, LeaseRecord record) {
        try {
            // A create that is cancelled must still be able to say so to the store.
            Uninterrupted.run(() -> store.delete(List.of(RepositoryLayout.lease(record.snapshot()))));
        } catch (IOException | RuntimeException failed) {
            LOGGER.warn(
                    "The lease of {} could not be deleted and lapses by itself within {} minutes: {}",
                    record.snapshot(),
                    LIFETIME.toMinutes(),
                    failed.toString());
        }
    }

    private void renew() {
        try {
            Instant now = clock.instant();
            put(store, record.renewed(now));
            renewedAt = now;
        } catch (IOException | RuntimeException failed) {
            LOGGER.warn("The lease of {} could not be renewed; it holds until {}", record.snapshot(), expiry(), failed);
        }
    }

    /** Whether a lease has not been renewed for so long that its create must have died. */
    static boolean isAbandoned(LeaseRecord lease, Clock clock) {
        return lease.renewedAt().isBefore(clock.instant().minus(LIFETIME));
    }

    private Instant expiry() {
        return renewedAt.plus(LIFETIME);
    }

    /** Whether this very lease can be seen in a store. */
    public boolean isSeenIn(StorageProvider other) throws IOException {
        String key = RepositoryLayout.lease(record.snapshot());
        try {
            byte[] seen = StorageProviders.readFully(other, key, LeaseRecord.MAX_BYTES);
            return LeaseRecord.decode(seen, key).equals(record.renewed(renewedAt));
        } catch (ObjectNotFoundException | DataIntegrityException notOurs) {
            return false;
        }
    }

    /**
     * Checks that nobody may have taken the lease for abandoned.
     *
     * @throws SnapshotConflictException if it could not be renewed for too long
     */
    public void requireHeld() throws SnapshotConflictException {
        if (clock.instant().isAfter(expiry())) {
            throw new SnapshotConflictException(
                    record.snapshot().value(),
                    "The lease of " + record.snapshot() + " ran out at " + expiry()
                            + " because the store could not be reached, so its packs may have been pruned;"
                            + " run the job again",
                    null);
        }
    }

    /** Ends the lease. A store that fails now fails no create: the lease lapses by itself. */
    @Override
    public void close() {
        renewal.cancel(true);
        timer.shutdownNow();
        boolean interrupted = Thread.interrupted();
        try {
            timer.awaitTermination(10, TimeUnit.SECONDS);
            withdraw(store, record);
        } catch (InterruptedException again) {
            interrupted = true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
