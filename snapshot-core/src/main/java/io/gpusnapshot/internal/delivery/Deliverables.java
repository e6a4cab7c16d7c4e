package io.gpusnapshot.internal.delivery;

import java.io.IOException;
import java.net.URL;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What can be sent to hosts.
 *
 * @param agent the agent's jar, unless it is missing on the class path
 * @param runtimes Java runtimes as tar.gz, by architecture as {@code uname -m} has it
 */
record Deliverables(Optional<Artifact> agent, Map<String, Artifact> runtimes) {
    /** The agent's jar, which the module {@code snapshot-remote-ssh} brings. */
    static final String AGENT = "META-INF/gpu-snapshot/agent.jar";

    private static final String RUNTIME = "META-INF/gpu-snapshot/runtime-linux-%s.tar.gz";
    private static final String[] ARCHITECTURES = {"aarch64", "x86_64"};

    Deliverables {
        runtimes = Map.copyOf(runtimes);
    }

    /** Looks for the well-known names, and reads what is found. */
    static Deliverables onClassPath(ClassLoader loader) throws IOException {
        Map<String, Artifact> runtimes = new TreeMap<>();
        for (String architecture : ARCHITECTURES) {
            Optional<Artifact> runtime = find(loader, RUNTIME.formatted(architecture));
            runtime.ifPresent(found -> runtimes.put(architecture, found));
        }
        return new Deliverables(find(loader, AGENT), runtimes);
    }

    private static Optional<Artifact> find(ClassLoader loader, String name) throws IOException {
        URL resource = loader.getResource(name);
        return resource == null ? Optional.empty() : Optional.of(Artifact.of(ResourceContent.of(resource)));
    }
}
