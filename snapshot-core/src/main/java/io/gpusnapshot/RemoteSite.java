package io.gpusnapshot;

import io.gpusnapshot.codec.CodecRegistry;
import io.gpusnapshot.internal.create.CreateJob;
import io.gpusnapshot.internal.remote.GrantingStore;
import io.gpusnapshot.internal.remote.RemoteHost;
import io.gpusnapshot.internal.remote.RemoteJobs;
import io.gpusnapshot.internal.repository.LeasedRepository;
import io.gpusnapshot.internal.repository.Repository;
import io.gpusnapshot.internal.restore.RestoreJob;
import io.gpusnapshot.internal.transfer.ProgressMeter;
import io.gpusnapshot.model.HostReport;
import io.gpusnapshot.model.RestoreInfo;
import io.gpusnapshot.model.SnapshotInfo;
import io.gpusnapshot.model.SnapshotWarning;
import io.gpusnapshot.model.TuningReport;
import io.gpusnapshot.remote.RemoteExecutor;
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
    private @Nullable HostStandby standby;

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
    public void getReady(Path workspace) throws IOException {
        standby(workspace);
    }

    private HostStandby standby(Path workspace) throws IOException {
        HostStandby ready = standby;
        if (ready == null) {
            ready = HostStandby.begin(host, workspace);
            standby = ready;
        }
        return ready;
    }

    /** Whoever takes it closes it; it does for one job. */
    private HostStandby takeStandby(Path workspace) throws IOException {
        HostStandby taken = standby(workspace);
        standby = null;
        return taken;
    }

    @Override
    public Map<String, String> facts(Path workspace) throws IOException {
        return standby(workspace).facts().labels();
    }

    @Override
    public RemoteExecutor executor() {
        return host.executor();
    }

    @Override
    public SnapshotInfo create(Repository repository, LeasedRepository leased, CreateJob job, ProgressMeter progress)
            throws IOException {
        RemoteJobs jobs = jobs(List.of(GrantingStore.of(repository)));
        try (HostStandby ready = takeStandby(job.workspace())) {
            TuningReport tuned = ready.tuning().report();
            SnapshotInfo info = jobs.create(ready.agent(), leased, job, progress);
            return info.withHost(report(ready, tuned));
        }
    }

    @Override
    public RestoreInfo restore(RestoreJob job, ProgressMeter progress) throws IOException {
        try (HostStandby ready = takeStandby(job.workspace())) {
            RemoteJobs jobs = jobs(StoreHandle.openReplicas(
                    stores, store -> GrantingStore.of(Repository.open(store.provider(), codecs)), progress));
            RemoteJobs.Restorable found = jobs.find(job.snapshot());
            warnOfOtherGpu(found.summary().host(), ready.facts().labels(), progress);
            TuningReport tuned = ready.tuning().report();
            RestoreInfo info = jobs.restore(ready.agent(), job, found, progress);
            return info.withHost(report(ready, tuned));
        }
    }

    private HostReport report(HostStandby ready, TuningReport tuned) throws IOException {
        return new HostReport(
                executor().host(),
                ready.facts(),
                tuned,
                List.of(),
                ready.agent().trafficBytes());
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
        return new RemoteJobs(granting, limits.parallelism(), limits.memoryBytes(), limits.transfer(), clock);
    }

    @Override
    public void close() throws IOException {
        try (host) {
            if (standby != null) {
                standby.close();
            }
        }
    }
}
