package io.gpusnapshot;

import io.gpusnapshot.codec.CodecRegistry;
import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.internal.concurrent.Uninterrupted;
import io.gpusnapshot.internal.format.ManifestReader;
import io.gpusnapshot.internal.prune.PruneWorkflow;
import io.gpusnapshot.internal.remote.AgentInstaller;
import io.gpusnapshot.internal.remote.RemoteHost;
import io.gpusnapshot.internal.replicate.ReplicateResources;
import io.gpusnapshot.internal.repository.Repository;
import io.gpusnapshot.internal.restore.RestoreJob;
import io.gpusnapshot.internal.scan.PathRules;
import io.gpusnapshot.internal.transfer.PackStores;
import io.gpusnapshot.internal.transfer.ProgressMeter;
import io.gpusnapshot.internal.transfer.TransferLimits;
import io.gpusnapshot.internal.verify.VerifyWorkflow;
import io.gpusnapshot.model.PruneReport;
import io.gpusnapshot.model.ReplicateInfo;
import io.gpusnapshot.model.RestoreInfo;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.model.SnapshotInfo;
import io.gpusnapshot.model.SnapshotSummary;
import io.gpusnapshot.model.VerifyDepth;
import io.gpusnapshot.model.VerifyReport;
import io.gpusnapshot.model.WorkspaceEntry;
import io.gpusnapshot.remote.RemoteExecutor;
import io.gpusnapshot.remote.RemoteExecutorFactory;
import io.gpusnapshot.remote.SshTarget;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileLockInterruptionException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

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

    /** Bytes of a restore that may be fetched twice, in percent of those fetched, unless told otherwise. */
    public static final int DEFAULT_HEDGE_PERCENT = 1;

    private final StoreHandle store;
    /** The store and its replicas. */
    private final List<StoreHandle> stores;

    private final CodecRegistry codecs;
    private final SnapshotListener listener;
    private final Clock clock;
    private final int parallelism;
    private final long memoryBytes;
    private final TransferLimits limits;
    private final RemoteExecutorFactory connector;
    private final AgentInstaller agentInstaller;
    private final RemoteLimits remoteLimits;
    private volatile boolean closed;

    GPUSnapshotService(GPUSnapshotServiceBuilder builder, List<StoreHandle> stores) {
        this.store = stores.get(0);
        this.stores = stores;
        this.codecs = builder.codecs();
        this.listener = builder.listener();
        this.clock = builder.clock();
        this.parallelism = builder.localParallelism();
        this.memoryBytes = builder.localMemoryBytes();
        this.limits = builder.transferLimits();
        this.connector = builder.connector();
        this.agentInstaller = builder.agentInstaller();
        this.remoteLimits = builder.remoteLimits();
    }

    public static GPUSnapshotServiceBuilder builder() {
        return new GPUSnapshotServiceBuilder();
    }

    /**
     * Takes a snapshot. The repository is made if the store is empty. Nothing of a create that fails is visible, and
     * running it again stores again only what the failed one did not share with the parent.
     *
     * @throws io.gpusnapshot.error.WorkspaceException if the workspace cannot be read; nothing has been stored then
     * @throws IllegalArgumentException if the codec is not on the class path
     */
    public SnapshotInfo createSnapshot(CreateRequest request) throws IOException {
        return run(() -> create(request));
    }

    private SnapshotInfo create(CreateRequest request) throws IOException {
        try (Site site = site(request.target())) {
            Hooks hooks = new Hooks(site.executor());
            SnapshotInfo info;
            try {
                hooks.run(request.before(), newProgress());
                info = new CreateOperation(store.provider(), codecs, site, clock, this::newProgress).run(request);
            } catch (IOException | RuntimeException failed) {
                Uninterrupted.runAfter(failed, () -> hooks.run(request.after(), newProgress()));
                throw failed;
            }
            hooks.run(request.after(), newProgress());
            return info.host()
                    .map(host -> info.withHost(host.withHooks(hooks.reports())))
                    .orElse(info);
        }
    }

    /**
     * Restores a snapshot, or a part of it, into a workspace. Files that are there already are compared and, where they
     * differ, replaced; what the snapshot does not have is left alone unless asked otherwise. Data is read from all
     * replicas that have the snapshot, from each as much as it is good for; what one fails to deliver, or delivers
     * damaged, comes from another.
     *
     * @throws io.gpusnapshot.error.SnapshotNotFoundException if there is no such snapshot
     * @throws io.gpusnapshot.error.WorkspaceException if the target cannot take it; nothing has been changed then, unless
     *     the reason is {@code INCOMPLETE} or the disk filled up meanwhile
     * @throws DataIntegrityException if stored data is damaged or missing; the files that need it are named, all others
     *     have been restored
     */
    public RestoreInfo restoreSnapshot(RestoreRequest request) throws IOException {
        return run(() -> restore(request, listener));
    }

    private RestoreInfo restore(RestoreRequest request, SnapshotListener events) throws IOException {
        try (Site site = site(request.target())) {
            Hooks hooks = new Hooks(site.executor());
            hooks.run(request.before(), newProgress(events));
            RestoreJob job = new RestoreJob(
                    request.snapshot(),
                    site.workspace(request.workspace()),
                    PathRules.parse(request.only()),
                    PathRules.parse(request.first()),
                    request.deleteExtraneous(),
                    request.verification(),
                    request.sync(),
                    request.rangeBytes());
            RestoreInfo info = site.restore(job, newProgress(events));
            hooks.run(request.after(), newProgress(events));
            return info.host()
                    .map(host -> info.withHost(host.withHooks(hooks.reports())))
                    .orElse(info);
        }
    }

    private Site site(Optional<SshTarget> target) throws IOException {
        if (target.isEmpty()) {
            return new LocalSite(stores, codecs, this::packs, parallelism, memoryBytes, clock);
        }
        RemoteExecutor executor = connector.connect(target.get());
        RemoteHost host = RemoteHost.prepare(executor, agentInstaller, remoteLimits.memoryBytes());
        return new RemoteSite(host, stores, codecs, remoteLimits, clock);
    }

    /**
     * Restores a snapshot on several hosts, a bounded number of them at a time. A host that fails does not stop the
     * others. Events reach the listener as {@link io.gpusnapshot.model.SnapshotEvent.OnHost}, from several threads.
     *
     * @return what came of each host, in the order of the request
     * @throws java.io.InterruptedIOException if the calling thread was interrupted; all hosts have been told to stop
     */
    public FleetReport restoreFleet(FleetRequest request) throws IOException {
        return run(() -> new FleetOperation(this::restore, listener).run(request));
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
        return run(() -> SnapshotListing.page(open(), from, limit));
    }

    /** The id of the newest snapshot that the store or any replica has, if there is one; some of them may fail. */
    public Optional<SnapshotId> latestSnapshot() throws IOException {
        return run(() -> SnapshotListing.newest(stores, codecs));
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
            try (PackStores.Session packs = packs(store).open()) {
                return new VerifyWorkflow(open(), packs.store(), parallelism, memoryBytes)
                        .run(id, depth, newProgress());
            }
        });
    }

    /**
     * Copies a snapshot into another store, as it is: the replica has the same id, and can be restored, listed and
     * replicated further like any other. Packs that are there already are not copied again, so a replication that failed
     * goes on where it was when it is run again; until it has succeeded, the target does not have the snapshot. Nothing
     * is written to the store of this service.
     *
     * @throws io.gpusnapshot.error.SnapshotNotFoundException if there is no such snapshot
     * @throws io.gpusnapshot.error.SnapshotConflictException if the target is the same place, or holds a repository of its
     *     own, or another snapshot of this id; or if the snapshot is deleted meanwhile
     * @throws DataIntegrityException if the snapshot is damaged
     * @throws IllegalArgumentException if a pack does not fit into the memory
     */
    public ReplicateInfo replicateSnapshot(ReplicateRequest request) throws IOException {
        return run(() -> replicate(request));
    }

    private ReplicateInfo replicate(ReplicateRequest request) throws IOException {
        ReplicateResources resources = new ReplicateResources(parallelism, memoryBytes);
        try (PackStores to = new PackStores(request.target(), parallelism, limits, clock)) {
            return new ReplicateOperation(open(), packs(store), to, resources, clock).run(request, newProgress());
        }
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
        return Repository.open(store.provider(), codecs);
    }

    private PackStores packs(StoreHandle handle) throws IOException {
        return handle.packs(parallelism, limits, clock);
    }

    private ProgressMeter newProgress() {
        return newProgress(listener);
    }

    private static ProgressMeter newProgress(SnapshotListener events) {
        return new ProgressMeter(new ForgivingListener(events)::accept);
    }

    /**
     * Closes those stores that were opened by this service. Idempotent; it does not wait for operations of other threads.
     * Whatever is called afterwards throws {@link IllegalStateException}.
     */
    @Override
    public void close() throws IOException {
        closed = true;
        StoreHandle.closeAll(stores);
    }
}
