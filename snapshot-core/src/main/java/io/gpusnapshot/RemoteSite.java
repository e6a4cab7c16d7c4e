package io.gpusnapshot;

import io.gpusnapshot.codec.CodecRegistry;
import io.gpusnapshot.internal.create.CreateJob;
import io.gpusnapshot.internal.remote.AgentSession;
import io.gpusnapshot.internal.remote.GrantingStore;
import io.gpusnapshot.internal.remote.RemoteHost;
import io.gpusnapshot.internal.remote.RemoteJobs;
import io.gpusnapshot.internal.repository.LeasedRepository;
import io.gpusnapshot.internal.repository.Repository;
import io.gpusnapshot.internal.restore.RestoreJob;
import io.gpusnapshot.internal.transfer.ProgressMeter;
import io.gpusnapshot.model.HostFacts;
import io.gpusnapshot.model.HostReport;
import io.gpusnapshot.model.RestoreInfo;
import io.gpusnapshot.model.SnapshotInfo;
import io.gpusnapshot.model.SnapshotWarning;
import io.gpusnapshot.model.TuningReport;
import io.gpusnapshot.remote.RemoteExecutor;
import io.gpusnapshot.remote.host.HostProbe;
import io.gpusnapshot.remote.host.TcpTuning;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A host that runs an agent for each job. Belongs to one thread. */
final class RemoteSite implements Site {
    private final RemoteHost host;
    private final List<StoreHandle> stores;
    private final CodecRegistry codecs;
    private final RemoteLimits limits;
    private final Clock clock;
    private @Nullable HostFacts facts;
    private @Nullable Standby standby;

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
    public void getReady() throws IOException {
        if (standby == null) {
            standby = Standby.begin(host);
        }
    }

    /** Whoever takes it closes it. */
    private Standby takeStandby() throws IOException {
        getReady();
        Standby taken = Objects.requireNonNull(standby);
        standby = null;
        return taken;
    }

    @Override
    public Map<String, String> facts(Path workspace) throws IOException {
        return probe(workspace).labels();
    }

    private HostFacts probe(Path workspace) throws IOException {
        HostFacts known = facts;
        if (known == null) {
            known = HostProbe.ask(executor(), workspace.toString());
            facts = known;
        }
        return known;
    }

    @Override
    public RemoteExecutor executor() {
        return host.executor();
    }

    @Override
    public SnapshotInfo create(Repository repository, LeasedRepository leased, CreateJob job, ProgressMeter progress)
            throws IOException {
        RemoteJobs jobs = jobs(List.of(GrantingStore.of(repository)));
        HostFacts machine = probe(job.workspace());
        try (Standby ready = takeStandby()) {
            TuningReport tuned = ready.tuning().report();
            SnapshotInfo info = jobs.create(ready.agent(), leased, job, progress);
            return info.withHost(report(machine, tuned, ready.agent()));
        }
    }

    @Override
    public RestoreInfo restore(RestoreJob job, ProgressMeter progress) throws IOException {
        getReady();
        RemoteJobs jobs = jobs(StoreHandle.openReplicas(
                stores, store -> GrantingStore.of(Repository.open(store.provider(), codecs)), progress));
        RemoteJobs.Restorable found = jobs.find(job.snapshot());
        HostFacts machine = probe(job.workspace());
        warnOfOtherGpu(found.summary().host(), machine.labels(), progress);
        try (Standby ready = takeStandby()) {
            TuningReport tuned = ready.tuning().report();
            RestoreInfo info = jobs.restore(ready.agent(), job, found, progress);
            return info.withHost(report(machine, tuned, ready.agent()));
        }
    }

    private HostReport report(HostFacts machine, TuningReport tuned, AgentSession agent) {
        return new HostReport(executor().host(), machine, tuned, List.of(), agent.trafficBytes());
    }

    /** Virtual environments and compiled kernels may not run on what they were not made for. */
    private static void warnOfOtherGpu(Map<String, String> then, Map<String, String> now, ProgressMeter progress) {
        for (String name : List.of("gpu", "cuda")) {
            String before = then.getOrDefault(name, "");
            String here = now.getOrDefault(name, "none");
            if (!before.isEmpty() && !before.equals(here)) {
                progress.warn(new SnapshotWarning(
                        "", "the snapshot was taken with " + name + " \"" + before + "\", but this host has " + here));
            }
        }
    }

    private RemoteJobs jobs(List<GrantingStore> granting) {
        return new RemoteJobs(granting, limits.parallelism(), limits.memoryBytes(), limits.maxConnections(), clock);
    }

    @Override
    public void close() throws IOException {
        try (host) {
            if (standby != null) {
                standby.close();
            }
        }
    }

    /** A host that gets ready: its agent starts and its network is being tuned, while we look into the store. */
    private record Standby(AgentSession agent, TcpTuning tuning) implements AutoCloseable {
        static Standby begin(RemoteHost host) throws IOException {
            AgentSession agent = host.startAgent();
            try {
                return new Standby(agent, TcpTuning.begin(host.executor()));
            } catch (IOException | RuntimeException failed) {
                agent.close();
                throw failed;
            }
        }

        @Override
        public void close() {
            try (tuning) {
                agent.close();
            }
        }
    }
}
