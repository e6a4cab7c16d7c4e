package io.gpusnapshot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.internal.agent.AgentMain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** The agents that this JVM has started, as its operating system sees them. */
final class Agents {
    /** Long enough on a busy machine; an agent takes its second to end. */
    private static final long PATIENCE_SECONDS = 60;

    private Agents() {}

    static List<ProcessHandle> running() {
        return ProcessHandle.current().descendants().filter(Agents::isAgent).toList();
    }

    private static boolean isAgent(ProcessHandle process) {
        try {
            return new String(Files.readAllBytes(Path.of("/proc", Long.toString(process.pid()), "cmdline")), UTF_8)
                    .contains(AgentMain.class.getName());
        } catch (IOException ended) {
            return false;
        }
    }

    /** Kills them as {@code kill -9} does. */
    static void kill() {
        List<ProcessHandle> agents = running();
        assertThat(agents).isNotEmpty();
        agents.forEach(ProcessHandle::destroyForcibly);
    }

    /** Returns when these have ended. */
    static void awaitEnd(Stream<ProcessHandle> agents)
            throws InterruptedException, ExecutionException, TimeoutException {
        for (ProcessHandle agent : agents.toList()) {
            agent.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
    }

    /** Ends what hosts do at leisure: it works in the cache that was given to them, and at the lowest priority. */
    static void endIdleWork(Path cache) throws InterruptedException, ExecutionException, TimeoutException {
        List<ProcessHandle> workers = ProcessHandle.allProcesses()
                .filter(process -> worksIn(process, cache))
                .toList();
        workers.forEach(ProcessHandle::destroyForcibly);
        awaitEnd(workers.stream());
    }

    private static boolean worksIn(ProcessHandle process, Path cache) {
        try {
            return Files.readSymbolicLink(Path.of("/proc", Long.toString(process.pid()), "cwd"))
                    .startsWith(cache);
        } catch (IOException endedOrForeign) {
            return false;
        }
    }
}
