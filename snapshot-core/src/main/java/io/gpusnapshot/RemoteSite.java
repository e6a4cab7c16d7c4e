package io.gpusnapshot;

import io.gpusnapshot.codec.CodecRegistry;
import io.gpusnapshot.error.SnapshotException;
import io.gpusnapshot.internal.create.CreateJob;
import io.gpusnapshot.internal.remote.AgentSession;
import io.gpusnapshot.internal.remote.RemoteHost;
import io.gpusnapshot.internal.remote.RemoteJobs;
import io.gpusnapshot.internal.repository.LeasedRepository;
import io.gpusnapshot.internal.repository.Repository;
import io.gpusnapshot.internal.restore.RestoreJob;
import io.gpusnapshot.internal.transfer.ProgressMeter;
import io.gpusnapshot.internal.transfer.ReplicaFailures;
import io.gpusnapshot.model.RestoreInfo;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.model.SnapshotInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A host that runs an agent for each job. Belongs to one thread. */
final class RemoteSite implements Site {
    private final RemoteHost host;
    private final List<StoreHandle> stores;
    private final CodecRegistry codecs;
    private final RemoteLimits limits;
    private final Clock clock;
    /** Has been started to be asked for facts, and waits for its job. */
    private @Nullable AgentSession waiting;

    /**
     * @param host closed with this site
     * @param stores where snapshots are restored from, the preferred one first; they are created in that one
     */
    RemoteSite(RemoteHost host, List<StoreHandle> stores, CodecRegistry codecs, RemoteLimits limits, Clock clock) {
        this.host = host;
        this.stores = stores;
        this.codecs = codecs;
        this.limits = limits;
        this.clock = clock;
    }

    @Override
    public Path workspace(Path named) {
        return named;
    }

    @Override
    public void requireReadable(Path workspace) {
        // The agent will see, before it stores anything.
    }

    @Override
    public Map<String, String> facts() throws IOException {
        AgentSession agent = agent();
        waiting = agent;
        return agent.facts();
    }

    private AgentSession agent() throws IOException {
        AgentSession agent = waiting;
        waiting = null;
        return agent == null ? host.startAgent() : agent;
    }

    @Override
    public SnapshotInfo create(Repository repository, LeasedRepository leased, CreateJob job, ProgressMeter progress)
            throws IOException {
        RemoteJobs jobs = jobs(repository);
        try (AgentSession agent = agent()) {
            return jobs.create(agent, leased, job, progress);
        }
    }

    @Override
    public RestoreInfo restore(RestoreJob job, ProgressMeter progress) throws IOException {
        RemoteJobs jobs = jobs(repositoryWith(job.snapshot()));
        try (AgentSession agent = agent()) {
            return jobs.restore(agent, job, progress);
        }
    }

    /** The first store that has the snapshot serves the host, and no other. */
    private Repository repositoryWith(SnapshotId snapshot) throws IOException {
        ReplicaFailures failures = ReplicaFailures.NONE;
        for (StoreHandle store : stores) {
            try {
                Repository repository = Repository.open(store.provider(), codecs);
                repository.header(snapshot);
                return repository;
            } catch (SnapshotException failed) {
                failures = failures.with(store.toString(), failed);
            }
        }
        throw failures.combined(snapshot.value(), "the manifest of " + snapshot);
    }

    private RemoteJobs jobs(Repository repository) throws IOException {
        return new RemoteJobs(repository, limits.parallelism(), limits.memoryBytes(), limits.maxConnections(), clock);
    }

    @Override
    public void close() throws IOException {
        try (host) {
            if (waiting != null) {
                waiting.close();
            }
        }
    }
}
