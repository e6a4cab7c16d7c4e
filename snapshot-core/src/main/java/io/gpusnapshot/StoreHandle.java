package io.gpusnapshot;

import io.gpusnapshot.error.SnapshotException;
import io.gpusnapshot.internal.transfer.PackStores;
import io.gpusnapshot.internal.transfer.ProgressMeter;
import io.gpusnapshot.internal.transfer.ReplicaFailures;
import io.gpusnapshot.internal.transfer.TransferLimits;
import io.gpusnapshot.model.SnapshotWarning;
import io.gpusnapshot.storage.StorageConfig;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.StorageProviders;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A store that a service works with, opened when it is first needed. Thread-safe. */
final class StoreHandle implements AutoCloseable {
    private final Optional<StorageConfig> config;
    private @Nullable StorageProvider provider;
    private @Nullable PackStores packs;

    private StoreHandle(Optional<StorageConfig> config, @Nullable StorageProvider provider) {
        this.config = config;
        this.provider = provider;
    }

    static StoreHandle of(StorageConfig config) {
        return new StoreHandle(Optional.of(config), null);
    }

    /** A store that the caller closes. */
    static StoreHandle of(StorageProvider provider) {
        return new StoreHandle(Optional.empty(), provider);
    }

    /**
     * Returns the store.
     *
     * @throws IOException if it cannot be opened; the next call tries again
     */
    synchronized StorageProvider provider() throws IOException {
        StorageProvider open = provider;
        if (open == null) {
            open = StorageProviders.open(config.orElseThrow());
            provider = open;
        }
        return open;
    }

    /** The way to its packs; its connections are closed with this handle. */
    synchronized PackStores packs(int parallelism, TransferLimits limits, Clock clock) throws IOException {
        PackStores open = packs;
        if (open == null) {
            open = new PackStores(provider(), parallelism, limits, clock);
            packs = open;
        }
        return open;
    }

    /** Tells the store's name without opening it. */
    @Override
    public synchronized String toString() {
        return provider == null ? config.map(StorageConfig::toString).orElse("") : provider.toString();
    }

    @Override
    public synchronized void close() throws IOException {
        if (packs != null) {
            packs.close();
        }
        if (config.isPresent() && provider != null) {
            provider.close();
        }
    }

    /** Opens something of a store. */
    @FunctionalInterface
    interface Opener<T> {
        T open(StoreHandle store) throws IOException;
    }

    /**
     * Opens something of each store; what cannot be opened is warned of.
     *
     * @throws IOException the failure of the store, or one that names those of all, if nothing can be opened
     */
    static <T> List<T> openReplicas(List<StoreHandle> handles, Opener<T> opener, ProgressMeter progress)
            throws IOException {
        List<T> opened = new ArrayList<>();
        ReplicaFailures failures = ReplicaFailures.NONE;
        for (StoreHandle handle : handles) {
            try {
                opened.add(opener.open(handle));
            } catch (SnapshotException failed) {
                failures = failures.with(handle.toString(), failed);
            }
        }
        if (opened.isEmpty()) {
            throw failures.combined(handles.toString(), "a repository");
        }
        failures.failures().forEach(failure -> progress.warn(new SnapshotWarning("", "replica skipped: " + failure)));
        return opened;
    }

    /** Closes all, whichever of them fail. */
    static void closeAll(List<StoreHandle> handles) throws IOException {
        IOException failure = null;
        for (StoreHandle handle : handles) {
            try {
                handle.close();
            } catch (IOException failed) {
                failure = failure == null ? failed : failure;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
