package io.gpusnapshot.remote.host;

import io.gpusnapshot.model.HostFacts;
import io.gpusnapshot.remote.RemoteCommand;
import io.gpusnapshot.remote.RemoteExecutor;
import java.io.IOException;
import java.time.Duration;

/** Finds out what kind of machine a host is, in one round trip. */
public final class HostProbe {
    private static final Duration LIMIT = Duration.ofSeconds(40);
    private static final int MAX_OUTPUT_BYTES = 1 << 18;

    private HostProbe() {}

    /**
     * Asks a host.
     *
     * @param directory path, on the host, whose file system is asked about; it need not exist yet
     */
    public static HostFacts ask(RemoteExecutor executor, String directory) throws IOException {
        return HostReport.parse(
                executor.run(command(directory)).orThrow().stdout().text());
    }

    static RemoteCommand command(String directory) {
        return RemoteCommand.of("sh", "-c", Scripts.read("host-probe.sh"), "sh", directory)
                .withTimeout(LIMIT)
                .withMaxOutputBytes(MAX_OUTPUT_BYTES);
    }
}
