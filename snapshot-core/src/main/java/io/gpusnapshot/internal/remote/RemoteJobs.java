package io.gpusnapshot.internal.remote;

import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.error.SnapshotException;
import io.gpusnapshot.internal.concurrent.Uninterrupted;
import io.gpusnapshot.internal.create.CreateJob;
import io.gpusnapshot.internal.format.ManifestHeader;
import io.gpusnapshot.internal.format.ManifestReader;
import io.gpusnapshot.internal.format.StoredPack;
import io.gpusnapshot.internal.protocol.Message;
import io.gpusnapshot.internal.protocol.Order;
import io.gpusnapshot.internal.protocol.Report;
import io.gpusnapshot.internal.protocol.Terms;
import io.gpusnapshot.internal.repository.LeasedRepository;
import io.gpusnapshot.internal.repository.Repository;
import io.gpusnapshot.internal.restore.RestoreJob;
import io.gpusnapshot.internal.transfer.ProgressMeter;
import io.gpusnapshot.internal.transfer.ReplicaFailures;
import io.gpusnapshot.internal.transfer.TransferLimits;
import io.gpusnapshot.model.RestoreInfo;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.model.SnapshotInfo;
import io.gpusnapshot.model.SnapshotSummary;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has agents create and restore. The host gets an order, and grants when it asks for them; keys, leases and the commit
 * stay here. A create on a host goes like this:
 *
 * <pre>
 * order ─► agent: open upload, grant part, complete upload … manifest, commit ─► audit ─► commit
 * </pre>
 */
public final class RemoteJobs {
    private static final Logger LOGGER = LoggerFactory.getLogger(RemoteJobs.class);

    private final List<GrantingStore> stores;
    private final Terms terms;
    private final Clock clock;

    /**
     * @param stores where snapshots are restored from, the preferred one first; they are created in that one. At least one
     * @param parallelism threads that work on content on the host; 0 leaves it to the host
     * @param memoryBytes room for all buffers on the host
     * @param limits what a host may take of the network; fewest connections are not for it to keep
     */
    public RemoteJobs(
            List<GrantingStore> stores, int parallelism, long memoryBytes, TransferLimits limits, Clock clock) {
        this.stores = List.copyOf(stores);
        this.terms = new Terms(
                stores.stream().map(GrantingStore::terms).toList(),
                stores.get(0).issuer().minUploadBytes(),
                parallelism,
                memoryBytes,
                limits.maxConnections(),
                limits.hedgePercent());
        this.clock = clock;
    }

    private GrantingStore store() {
        return stores.get(0);
    }

    /** Creates a snapshot on the agent's host. */
    public SnapshotInfo create(AgentSession agent, LeasedRepository leased, CreateJob job, ProgressMeter progress)
            throws IOException {
        String host = agent.host();
        CreateDesk desk = createDesk(host, leased, job);
        try {
            Message report = agent.run(new Order.Create(job, terms), desk, progress::relay);
            ManifestHeader header = desk.committed()
                    .orElseThrow(() -> new DataIntegrityException(
                            job.id().value(),
                            0,
                            host + " reports a snapshot, but has handed in none; it is not to be trusted",
                            null));
            return Report.toSnapshotInfo(report, header.summary(), progress.warnings());
        } finally {
            close(desk, host);
        }
    }

    /** What is left open in the store neither undoes a snapshot nor explains why there is none. */
    private static void close(Desk desk, String host) {
        try {
            Uninterrupted.run(desk::close);
        } catch (IOException | RuntimeException failed) {
            LOGGER.warn("Uploads of {} are left open until a prune gives them up", host, failed);
        }
    }

    private CreateDesk createDesk(String host, LeasedRepository leased, CreateJob job) throws IOException {
        Repository repository = store().repository();
        Uploads uploads = new Uploads(host, job.id(), repository.store(), store().issuer(), clock);
        if (job.parent().isEmpty()) {
            ManifestAudit audit = new ManifestAudit(job, repository.codecs(), List.of(), List.of());
            return new CreateDesk(host, Optional.empty(), uploads, audit, leased);
        }
        SnapshotId parent = job.parent().get();
        try (ManifestReader manifest = repository.manifest(parent)) {
            ManifestAudit audit = new ManifestAudit(job, repository.codecs(), manifest.packs(), manifest.chunks());
            List<String> packs = job.delta() ? keysOf(manifest) : List.of();
            Downloads downloads = new Downloads(host, List.of(store()), clock, parent, packs);
            return new CreateDesk(host, Optional.of(downloads), uploads, audit, leased);
        }
    }

    private static List<String> keysOf(ManifestReader manifest) {
        return manifest.packs().stream().map(StoredPack::key).toList();
    }

    /**
     * What an orchestrator has to know of a snapshot to have it restored.
     *
     * @param packs keys of its packs
     */
    public record Restorable(SnapshotSummary summary, List<String> packs) {}

    /**
     * Looks for a snapshot in one store after the other.
     *
     * @throws IOException the failure of the store, or one that names those of all, if none has it
     */
    public Restorable find(SnapshotId snapshot) throws IOException {
        ReplicaFailures failures = ReplicaFailures.NONE;
        for (GrantingStore store : stores) {
            try (ManifestReader manifest = store.repository().manifest(snapshot)) {
                return new Restorable(manifest.header().summary(), keysOf(manifest));
            } catch (SnapshotException failed) {
                failures = failures.with(store.provider().toString(), failed);
            }
        }
        throw failures.combined(snapshot.value(), "the manifest of " + snapshot);
    }

    /** Restores a snapshot that was found on the agent's host, from all stores that have it. */
    public RestoreInfo restore(AgentSession agent, RestoreJob job, Restorable found, ProgressMeter progress)
            throws IOException {
        String host = agent.host();
        Downloads downloads = new Downloads(host, stores, clock, job.snapshot(), found.packs());
        Order order = new Order.Restore(job, store().repository().id(), terms);
        Message report = agent.run(order, new RestoreDesk(host, downloads), progress::relay);
        return Report.toRestoreInfo(report, found.summary(), progress.warnings());
    }
}
