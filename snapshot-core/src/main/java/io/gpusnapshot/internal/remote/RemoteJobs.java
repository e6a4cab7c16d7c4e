package io.gpusnapshot.internal.remote;

import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.error.StorageRequestException;
import io.gpusnapshot.internal.concurrent.Uninterrupted;
import io.gpusnapshot.internal.create.CreateJob;
import io.gpusnapshot.internal.format.ManifestHeader;
import io.gpusnapshot.internal.format.ManifestReader;
import io.gpusnapshot.internal.format.StoredPack;
import io.gpusnapshot.internal.protocol.Message;
import io.gpusnapshot.internal.protocol.Order;
import io.gpusnapshot.internal.protocol.Protocol;
import io.gpusnapshot.internal.protocol.Report;
import io.gpusnapshot.internal.protocol.Terms;
import io.gpusnapshot.internal.repository.LeasedRepository;
import io.gpusnapshot.internal.repository.Repository;
import io.gpusnapshot.internal.restore.RestoreJob;
import io.gpusnapshot.internal.transfer.ProgressMeter;
import io.gpusnapshot.model.RestoreInfo;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.model.SnapshotInfo;
import io.gpusnapshot.model.SnapshotSummary;
import io.gpusnapshot.storage.GrantIssuer;
import io.gpusnapshot.storage.StorageProvider;
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

    private final Repository repository;
    private final StorageProvider store;
    private final GrantIssuer issuer;
    private final Terms terms;
    private final Clock clock;

    /**
     * @param parallelism threads that work on content on the host; 0 leaves it to the host
     * @param memoryBytes room for all buffers on the host
     * @param maxConnections most requests that a host sends at once
     * @throws StorageRequestException if the store cannot issue grants
     */
    public RemoteJobs(Repository repository, int parallelism, long memoryBytes, int maxConnections, Clock clock)
            throws IOException {
        this.repository = repository;
        this.store = repository.store();
        this.issuer = requireIssuer(store);
        this.terms = new Terms(issuer.providerId(), issuer.minUploadBytes(), parallelism, memoryBytes, maxConnections);
        this.clock = clock;
    }

    private static GrantIssuer requireIssuer(StorageProvider store) throws StorageRequestException {
        Optional<GrantIssuer> issuer = store.grants();
        if (issuer.isEmpty() || issuer.get().minUploadBytes() > Protocol.MAX_CONTENT_BYTES) {
            throw new StorageRequestException(
                    issuer.map(GrantIssuer::providerId).orElse(store.toString()),
                    store.toString(),
                    store + " cannot be used by a remote host: it issues no grants for its objects; use b2, s3, r2 or"
                            + " wasabi",
                    null);
        }
        return issuer.get();
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
        Uploads uploads = new Uploads(host, job.id(), store, issuer, clock);
        if (job.parent().isEmpty()) {
            ManifestAudit audit = new ManifestAudit(job, repository.codecs(), List.of(), List.of());
            return new CreateDesk(host, Optional.empty(), uploads, audit, leased);
        }
        SnapshotId parent = job.parent().get();
        try (ManifestReader manifest = repository.manifest(parent)) {
            ManifestAudit audit = new ManifestAudit(job, repository.codecs(), manifest.packs(), manifest.chunks());
            List<String> packs = job.delta() ? keysOf(manifest) : List.of();
            Downloads downloads = new Downloads(host, store, issuer, clock, parent, packs);
            return new CreateDesk(host, Optional.of(downloads), uploads, audit, leased);
        }
    }

    private static List<String> keysOf(ManifestReader manifest) {
        return manifest.packs().stream().map(StoredPack::key).toList();
    }

    /** Restores a snapshot on the agent's host. */
    public RestoreInfo restore(AgentSession agent, RestoreJob job, ProgressMeter progress) throws IOException {
        String host = agent.host();
        SnapshotSummary summary;
        Downloads downloads;
        try (ManifestReader manifest = repository.manifest(job.snapshot())) {
            summary = manifest.header().summary();
            downloads = new Downloads(host, store, issuer, clock, job.snapshot(), keysOf(manifest));
        }
        Order order = new Order.Restore(job, repository.id(), terms);
        Message report = agent.run(order, new RestoreDesk(host, downloads), progress::relay);
        return Report.toRestoreInfo(report, summary, store.toString(), progress.warnings());
    }
}
