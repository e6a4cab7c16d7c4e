package io.gpusnapshot;

import io.gpusnapshot.internal.concurrent.DaemonThreads;
import io.gpusnapshot.internal.remote.AgentSession;
import io.gpusnapshot.internal.remote.RemoteHost;
import io.gpusnapshot.model.HostFacts;
import io.gpusnapshot.remote.host.HostProbe;
import io.gpusnapshot.remote.host.TcpTuning;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * A host that gets ready for a job, while the orchestrator looks into the store: its agent starts, its network is tuned
 * and it tells what it is. Each of these takes round trips and none needs another's outcome, so they go side by side.
 * Belongs to one thread, which closes it before the host.
 */
final class HostStandby implements AutoCloseable {
    private final String host;
    private final AgentSession agent;
    private final TcpTuning tuning;
    private final FutureTask<HostFacts> facts;

    private HostStandby(String host, AgentSession agent, TcpTuning tuning, FutureTask<HostFacts> facts) {
        this.host = host;
        this.agent = agent;
        this.tuning = tuning;
        this.facts = facts;
    }

    /**
     * Has a host get ready.
     *
     * @param workspace what the job is about; the file system of it is asked about
     */
    static HostStandby begin(RemoteHost host, Path workspace) throws IOException {
        FutureTask<HostFacts> facts = new FutureTask<>(() -> HostProbe.ask(host.executor(), workspace.toString()));
        DaemonThreads.start("host-probe", facts);
        TcpTuning tuning = TcpTuning.begin(host.executor());
        try {
            return new HostStandby(host.executor().host(), host.startAgent(), tuning, facts);
        } catch (IOException | RuntimeException failed) {
            tuning.close();
            throw failed;
        }
    }

    AgentSession agent() {
        return agent;
    }

    TcpTuning tuning() {
        return tuning;
    }

    HostFacts facts() throws IOException {
        try {
            return facts.get();
        } catch (InterruptedException cancelled) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("Asking " + host + " what it is was cancelled");
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof IOException io ? io : new IOException(failed.getCause());
        }
    }

    @Override
    public void close() {
        try (tuning) {
            agent.close();
        }
    }
}
