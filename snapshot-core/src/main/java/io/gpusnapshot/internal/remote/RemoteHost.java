package io.gpusnapshot.internal.remote;

import io.gpusnapshot.internal.concurrent.Uninterrupted;
import io.gpusnapshot.remote.RemoteCommand;
import io.gpusnapshot.remote.RemoteExecutor;
import java.io.IOException;
import java.util.List;

/** A host that is logged in to and has an agent to start. */
public final class RemoteHost implements AutoCloseable {
    /**
     * What the heap holds grows with the number of chunks, and with entries up to a bound; 1,000,000
     * files, or 64 GiB in chunks, were created and restored with it (growth.sh in docs/performance.md).
     */
    private static final long HEAP_BYTES = 128L << 20;

    /** What the JDK and the codecs take of direct memory beside the buffers of the job. */
    private static final long OTHER_DIRECT_BYTES = 64L << 20;

    private final RemoteExecutor executor;
    private final AgentInstaller.Installed installed;
    private final List<String> command;

    private RemoteHost(RemoteExecutor executor, AgentInstaller.Installed installed, long memoryBytes) {
        this.executor = executor;
        this.installed = installed;
        this.command = installed.command(List.of(
                "-Xmx" + HEAP_BYTES,
                "-XX:MaxDirectMemorySize=" + (memoryBytes + OTHER_DIRECT_BYTES),
                // The content is outside of the heap, and garbage is little.
                "-XX:+UseSerialGC",
                // An agent lives for seconds to minutes. Of what the JIT compiles by default much never pays, and its
                // threads compete with the job for few cores: with 4, cold restores of 2 GB took 6.7 CPU seconds
                // instead of 8.3, and 8.4 instead of 11.0 on a busier machine.
                "-XX:CompileThresholdScaling=4",
                "-XX:+ExitOnOutOfMemoryError",
                // A file in /tmp that everybody can read.
                "-XX:-UsePerfData"));
    }

    /**
     * Gets a host ready.
     *
     * @param executor closed with the host, and when this fails
     * @param memoryBytes room for all buffers of a job
     */
    public static RemoteHost prepare(RemoteExecutor executor, AgentInstaller installer, long memoryBytes)
            throws IOException {
        try {
            return new RemoteHost(executor, installer.install(executor), memoryBytes);
        } catch (IOException | RuntimeException failed) {
            executor.close();
            throw failed;
        }
    }

    /** Starts an agent, which carries out one order; the caller closes the session. */
    public AgentSession startAgent() throws IOException {
        return AgentSession.open(executor.host(), executor.start(RemoteCommand.of(command)));
    }

    /** The session on the host. */
    public RemoteExecutor executor() {
        return executor;
    }

    @Override
    public void close() throws IOException {
        try (executor) {
            Uninterrupted.run(installed::close);
        }
    }
}
