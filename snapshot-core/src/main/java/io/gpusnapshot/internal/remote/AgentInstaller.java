package io.gpusnapshot.internal.remote;

import io.gpusnapshot.remote.RemoteExecutor;
import java.io.IOException;
import java.util.List;

/** Gets the agent onto hosts. */
@FunctionalInterface
public interface AgentInstaller {
    /** An agent that can be started on a host. */
    interface Installed extends AutoCloseable {
        /** Program and arguments that start the agent in a JVM with these options. */
        List<String> command(List<String> jvmOptions);

        /** Removes from the host what serves this session only. */
        @Override
        void close() throws IOException;
    }

    /**
     * Makes sure that agent and Java runtime are on a host.
     *
     * @throws io.gpusnapshot.error.RemoteHostException if they are not, and cannot be brought there
     */
    Installed install(RemoteExecutor host) throws IOException;
}
