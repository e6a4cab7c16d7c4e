package io.gpusnapshot;

import static java.util.Objects.requireNonNull;

import io.gpusnapshot.codec.CodecRegistry;
import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.error.SnapshotNotFoundException;
import io.gpusnapshot.error.UnsupportedFormatException;
import io.gpusnapshot.internal.format.ManifestReader;
import io.gpusnapshot.internal.prune.PruneWorkflow;
import io.gpusnapshot.internal.repository.Repository;
import io.gpusnapshot.internal.restore.RestoreJob;
import io.gpusnapshot.internal.restore.RestoreResources;
import io.gpusnapshot.internal.restore.RestoreWorkflow;
import io.gpusnapshot.internal.scan.PathRules;
import io.gpusnapshot.internal.transfer.ConnectionCount;
import io.gpusnapshot.internal.transfer.PackStores;
import io.gpusnapshot.internal.transfer.ProgressMeter;
import io.gpusnapshot.internal.verify.VerifyWorkflow;
import io.gpusnapshot.model.PruneReport;
import io.gpusnapshot.model.RestoreInfo;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.model.SnapshotInfo;
import io.gpusnapshot.model.SnapshotSummary;
import io.gpusnapshot.model.SnapshotWarning;
import io.gpusnapshot.model.VerifyDepth;
import io.gpusnapshot.model.VerifyReport;
import io.gpusnapshot.model.WorkspaceEntry;
import io.gpusnapshot.storage.StorageConfig;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.StorageProviders;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileLockInterruptionException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Creates, restores and looks after snapshots of workspaces in one repository.
 *
 * <p>Thread-safe; operations may run side by side. All of them block. Interrupting the calling thread cancels an
 * operation within about a second: it throws {@link java.io.InterruptedIOException}, with the thread's interrupt flag
 * set, and leaves no snapshot (create) or a target that the same restore completes later (restore). Failures are leaves
 * of {@link io.gpusnapshot.error.SnapshotException}.
 */
public final class GPUSnapshotService implements AutoCloseable {
    /** Most connections to a remote store at once, unless told otherwise. */
    public static final int DEFAULT_MAX_CONNECTIONS = 200;

    private static final long MIN_MEMORY_BYTES = 64L << 20;
    private static final long MAX_DEFAULT_MEMORY_BYTES = 512L << 20;

    private final StorageProvider store;
    private final boolean ownsStore;
    private final CodecRegistry codecs;
    private final SnapshotListener listener;
    private final Clock clock;
    private final int parallelism;
    private final long memoryBytes;
    private final PackStores packStores;
    private volatile boolean closed;

    private GPUSnapshotService(Builder builder, StorageProvider store, boolean ownsStore) {
        this.store = store;
        this.ownsStore = ownsStore;
        this.codecs = builder.codecs == null ? CodecRegistry.fromClassPath() : builder.codecs;
        this.listener = builder.listener;
        this.clock = builder.clock;
        this.parallelism = builder.parallelism;
        this.memoryBytes = builder.memoryBytes;
        this.packStores = new PackStores(store, parallelism, builder.connections(), clock);
    }

    public static Builder builder() {
        return new Builder();
    }

    /**
     * Takes a snapshot. The repository is made if the store is empty. Nothing of a create that fails is visible, and
     * running it again stores again only what the failed one did not share with the parent.
     *
     * @throws io.gpusnapshot.error.WorkspaceException if the workspace cannot be read; nothing has been stored then
     * @throws IllegalArgumentException if the codec is not on the class path
     */
    public SnapshotInfo createSnapshot(CreateRequest request) throws IOException {
        return run(
                () -> new CreateOperation(store, codecs, packStores, parallelism, memoryBytes, clock, this::newProgress)
                        .run(request));
    }

    /**
     * Restores a snapshot, or a part of it, into a workspace. Files that are there already are compared and, where they
     * differ, replaced; what the snapshot does not have is left alone unless asked otherwise.
     *
     * @throws io.gpusnapshot.error.SnapshotNotFoundException if there is no such snapshot
     * @throws io.gpusnapshot.error.WorkspaceException if the target cannot take it; nothing has been changed then, unless
     *     the reason is {@code INCOMPLETE} or the disk filled up meanwhile
     * @throws DataIntegrityException if stored data is damaged or missing; the files that need it are named, all others
     *     have been restored
     */
    public RestoreInfo restoreSnapshot(RestoreRequest request) throws IOException {
        return run(() -> restore(request));
    }

    private RestoreInfo restore(RestoreRequest request) throws IOException {
        RestoreJob job = new RestoreJob(
                request.snapshot(),
                request.workspace().toAbsolutePath(),
                PathRules.parse(request.only()),
                PathRules.parse(request.first()),
                request.deleteExtraneous(),
                request.verification(),
                request.sync());
        RestoreResources resources = new RestoreResources(parallelism, memoryBytes);
        try (PackStores.Session packs = packStores.open()) {
            return new RestoreWorkflow(open(), packs.store(), resources).run(job, newProgress());
        }
    }

    /**
     * Lists snapshots, newest first.
     *
     * @param from where the page starts: {@link SnapshotPage#next()} of the page before; empty for the newest
     * @param limit most snapshots to return, at least 1; each costs one small read
     */
    public SnapshotPage listSnapshots(Optional<SnapshotId> from, int limit) throws IOException {
        if (limit < 1) {
            throw new IllegalArgumentException("limit must be at least 1, but is " + limit);
        }
        return run(() -> list(from, limit));
    }

    private SnapshotPage list(Optional<SnapshotId> from, int limit) throws IOException {
        Repository repository = open();
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

    /** The id of the newest snapshot, if there is any. */
    public Optional<SnapshotId> latestSnapshot() throws IOException {
        return run(() -> open().snapshots().stream().findFirst());
    }

    /**
     * Tells what is known of a snapshot without its entries.
     *
     * @throws io.gpusnapshot.error.SnapshotNotFoundException if there is no such snapshot
     */
    public SnapshotSummary describeSnapshot(SnapshotId id) throws IOException {
        return run(() -> open().header(id).summary());
    }

    /** Takes entries of a snapshot one by one. */
    @FunctionalInterface
    public interface EntryConsumer {
        void accept(WorkspaceEntry entry) throws IOException;
    }

    /**
     * Reads the entries of a snapshot in walk order, as a stream. If it throws, what was passed on so far may be wrong.
     */
    public void readEntries(SnapshotId id, EntryConsumer consumer) throws IOException {
        run(() -> {
            try (ManifestReader manifest = open().manifest(id)) {
                for (WorkspaceEntry entry = manifest.nextEntry(); entry != null; entry = manifest.nextEntry()) {
                    consumer.accept(entry);
                }
            }
            return id;
        });
    }

    /**
     * Verifies a stored snapshot. Missing or damaged packs are reported, not thrown.
     *
     * @throws DataIntegrityException if the manifest itself is damaged
     */
    public VerifyReport verifySnapshot(SnapshotId id, VerifyDepth depth) throws IOException {
        return run(() -> {
            try (PackStores.Session packs = packStores.open()) {
                return new VerifyWorkflow(open(), packs.store(), parallelism, memoryBytes)
                        .run(id, depth, newProgress());
            }
        });
    }

    /**
     * Deletes a snapshot. Its packs stay, since others may need them, until {@link #prune} finds that nobody does.
     *
     * @throws io.gpusnapshot.error.SnapshotNotFoundException if there is no such snapshot
     * @throws io.gpusnapshot.error.SnapshotConflictException if a create under way uses it as its parent
     */
    public void deleteSnapshot(SnapshotId id) throws IOException {
        run(() -> {
            open().delete(id, clock);
            return id;
        });
    }

    /** Deletes snapshots that a rule does not keep, and packs that no snapshot needs. */
    public PruneReport prune(PruneRequest request) throws IOException {
        return run(() -> new PruneWorkflow(open(), clock).run(request.retention(), request.grace(), request.dryRun()));
    }

    /** An operation of this service. */
    @FunctionalInterface
    private interface Operation<T> {
        T run() throws IOException;
    }

    /** Runs an operation, and has every form of an interrupt reach the caller as the documented one. */
    private <T> T run(Operation<T> operation) throws IOException {
        if (closed) {
            throw new IllegalStateException("This service is closed; build another one");
        }
        try {
            return operation.run();
        } catch (ClosedByInterruptException | FileLockInterruptionException interrupted) {
            Thread.currentThread().interrupt();
            InterruptedIOException cancelled = new InterruptedIOException("The operation was cancelled");
            cancelled.initCause(interrupted);
            throw cancelled;
        }
    }

    private Repository open() throws IOException {
        return Repository.open(store, codecs);
    }

    private ProgressMeter newProgress() {
        return new ProgressMeter(new ForgivingListener(listener)::accept);
    }

    /**
     * Closes the store if it was opened by this service. Idempotent; it does not wait for operations of other threads.
     * Whatever is called afterwards throws {@link IllegalStateException}.
     */
    @Override
    public void close() throws IOException {
        closed = true;
        packStores.close();
        if (ownsStore) {
            store.close();
        }
    }

    private static long defaultMemoryBytes() {
        long affordable = Runtime.getRuntime().maxMemory() / 4 * 3;
        return Math.max(MIN_MEMORY_BYTES, Math.min(MAX_DEFAULT_MEMORY_BYTES, affordable));
    }

    /** Collects the parts of a service. Not thread-safe. */
    public static final class Builder {
        private @Nullable StorageConfig config;
        private @Nullable StorageProvider provider;
        private @Nullable CodecRegistry codecs;
        private SnapshotListener listener = event -> {};
        private Clock clock = Clock.systemUTC();
        private int parallelism = Math.max(2, Runtime.getRuntime().availableProcessors());
        private int maxConnections = DEFAULT_MAX_CONNECTIONS;
        private int minConnections = 1;
        private long memoryBytes = defaultMemoryBytes();

        private Builder() {}

        /** Where the repository is. This or {@link #storage(StorageProvider)} is required. */
        public Builder storage(StorageConfig storage) {
            config = requireNonNull(storage);
            return this;
        }

        /** Where the repository is, as a provider that the caller made and will close. */
        public Builder storage(StorageProvider storage) {
            provider = requireNonNull(storage);
            return this;
        }

        /** The codecs to use. Default: those on the class path. */
        public Builder codecs(CodecRegistry registry) {
            codecs = requireNonNull(registry);
            return this;
        }

        /** Who is told of progress and warnings. Default: nobody. */
        public Builder listener(SnapshotListener receiver) {
            listener = requireNonNull(receiver);
            return this;
        }

        /** The clock for ids, leases and pruning. Default: the system's. */
        public Builder clock(Clock time) {
            clock = requireNonNull(time);
            return this;
        }

        /**
         * Threads that work on content at once, 1 to 256. Default: one per processor, two at least.
         *
         * @throws IllegalArgumentException if out of range
         */
        public Builder parallelism(int threads) {
            if (threads < 1 || threads > 256) {
                throw new IllegalArgumentException("parallelism must be 1 to 256, but is " + threads);
            }
            parallelism = threads;
            return this;
        }

        /**
         * Most connections to a remote store at once, 1 to 1000. How many of them are used is found while data moves.
         * Default: {@link #DEFAULT_MAX_CONNECTIONS}.
         *
         * @throws IllegalArgumentException if out of range
         */
        public Builder maxConnections(int connections) {
            if (connections < 1 || connections > 1000) {
                throw new IllegalArgumentException("maxConnections must be 1 to 1000, but is " + connections);
            }
            maxConnections = connections;
            return this;
        }

        /**
         * Fewest connections to a remote store at once, at most {@link #maxConnections}, with which it makes a fixed
         * number. Meant for measuring. Default: 1.
         */
        public Builder minConnections(int connections) {
            minConnections = connections;
            return this;
        }

        private ConnectionCount connections() {
            if (minConnections < 1 || minConnections > maxConnections) {
                throw new IllegalArgumentException("minConnections must be 1 to maxConnections (" + maxConnections
                        + "), but is " + minConnections);
            }
            return new ConnectionCount(minConnections, maxConnections);
        }

        /**
         * Room for all buffers of one operation, in bytes, 64 MiB at least. They lie outside the heap, where the
         * JVM allows as much as its heap may have ({@code -Xmx}) unless {@code -XX:MaxDirectMemorySize} says otherwise.
         * Default: three quarters of the largest heap, but 64 MiB at least and 512 MiB at most.
         *
         * @throws IllegalArgumentException if out of range
         */
        public Builder memoryBytes(long bytes) {
            if (bytes < MIN_MEMORY_BYTES) {
                throw new IllegalArgumentException(
                        "memoryBytes must be at least " + MIN_MEMORY_BYTES + ", but is " + bytes);
            }
            memoryBytes = bytes;
            return this;
        }

        /**
         * @throws IllegalStateException if no storage, or two, were given
         * @throws IOException if the store cannot be opened
         */
        public GPUSnapshotService build() throws IOException {
            StorageConfig where = config;
            StorageProvider given = provider;
            if (given != null && where == null) {
                return new GPUSnapshotService(this, given, false);
            }
            if (where != null && given == null) {
                return new GPUSnapshotService(this, StorageProviders.open(where), true);
            }
            throw new IllegalStateException("GPUSnapshotService needs one storage, a config or a provider");
        }
    }
}
