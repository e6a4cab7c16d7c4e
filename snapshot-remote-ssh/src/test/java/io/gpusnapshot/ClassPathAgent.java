package io.gpusnapshot;

import io.gpusnapshot.internal.agent.AgentMain;
import io.gpusnapshot.internal.remote.AgentInstaller;
import io.gpusnapshot.remote.RemoteExecutor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts agents from this JVM's own class path and runtime, for hosts that are this machine. */
final class ClassPathAgent implements AgentInstaller {
    private final List<String> options;

    /**
     * @param options more options for the JVM
     */
    ClassPathAgent(String... options) {
        this.options = List.of(options);
    }

    @Override
    public Installed install(RemoteExecutor host) {
        return new Installed() {
            @Override
            public List<String> command(List<String> jvmOptions) {
                List<String> command = new ArrayList<>();
                command.add(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString());
                command.addAll(jvmOptions);
                command.addAll(options);
                command.add("-cp");
                command.add(System.getProperty("java.class.path"));
                command.add(AgentMain.class.getName());
                return command;
            }

            @Override
            public void close() {
                // Nothing was put anywhere.
            }
        };
    }
}
