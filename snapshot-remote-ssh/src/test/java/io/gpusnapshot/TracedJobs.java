package io.gpusnapshot;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gpusnapshot.model.SnapshotInfo;
import io.gpusnapshot.remote.LocalProcessExecutor;
import io.gpusnapshot.remote.SshTarget;
import io.gpusnapshot.storage.StorageProvider;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;

/** An orchestrator in a JVM of its own that creates and restores, with agents that log all there is to log. */
final class TracedJobs {
    static final String LEVEL = "-Dorg.slf4j.simpleLogger.defaultLogLevel=trace";
    static final String LOG_FILE = "-Dorg.slf4j.simpleLogger.logFile=";

    private TracedJobs() {}

    /**
     * Reads endpoint, key id and key from standard input.
     *
     * @param arguments the host's home, a workspace, where to restore it, and a file for the log of the agents
     */
    public static void main(String[] arguments) throws IOException {
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        SshTarget host = SshTarget.of("host", 22)
                .withPassword(() -> "none".toCharArray())
                .withHostKey("SHA256:" + "A".repeat(43));
        Path home = Path.of(arguments[0]);
        try (StorageProvider store = EmulatedStore.open(input.readLine(), input.readLine(), input.readLine());
                GPUSnapshotService service = GPUSnapshotService.builder()
                        .storage(store)
                        .remoteExecutors(ignored -> LocalProcessExecutor.in(home))
                        .agentInstaller(new ClassPathAgent(LEVEL, LOG_FILE + arguments[3], "-Djava.io.tmpdir=" + home))
                        .build()) {
            SnapshotInfo snapshot = service.createSnapshot(CreateRequest.builder()
                    .target(host)
                    .workspace(arguments[1])
                    .instanceId("gpu-1")
                    .build());
            service.restoreSnapshot(RestoreRequest.of(snapshot.id(), host, arguments[2]));
        }
    }
}
