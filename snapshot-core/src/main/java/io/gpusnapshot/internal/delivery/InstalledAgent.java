package io.gpusnapshot.internal.delivery;

import io.gpusnapshot.internal.remote.AgentInstaller;
import io.gpusnapshot.remote.RemoteCommand;
import io.gpusnapshot.remote.RemoteExecutor;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An agent that is ready to be started on a host, any number of times while this is open. Closing removes what serves
 * this session alone; agents must have ended by then.
 */
public final class InstalledAgent implements AgentInstaller.Installed {
    /** The class that is started. */
    public static final String MAIN_CLASS = "io.gpusnapshot.internal.agent.AgentMain";

    private static final Logger LOG = LoggerFactory.getLogger(InstalledAgent.class);
    private static final String KEEP_LIST = "mv -f -- \"$1\" \"$2\" 2>/dev/null; rm -rf -- \"$3\"";
    private static final Duration REMOVAL_LIMIT = Duration.ofSeconds(30);

    private final RemoteExecutor host;
    private final Installation installation;

    InstalledAgent(RemoteExecutor host, Installation installation) {
        this.host = host;
        this.installation = installation;
    }

    /**
     * What starts the agent.
     *
     * @param jvmOptions more options for its JVM; they win over those that are there anyway
     */
    @Override
    public List<String> command(List<String> jvmOptions) {
        List<String> words = new ArrayList<>();
        words.add(installation.profile().java());
        // Nothing but the agent may write to standard output.
        words.add("-Xlog:disable");
        words.add("-Xlog:all=warning:stderr");
        words.add("-XX:+DisplayVMOutputToStderr");
        words.add("-XX:+ErrorFileToStderr");
        words.add("--enable-native-access=ALL-UNNAMED");
        // Native libraries are unpacked there. JNA has a place of its own, in the home directory, if it is not told.
        words.add("-Djava.io.tmpdir=" + installation.session());
        words.add("-Djna.tmpdir=" + installation.session());
        installation.archive().ifPresent(archive -> words.add("-XX:SharedArchiveFile=" + archive));
        installation.classList().ifPresent(list -> words.add("-XX:DumpLoadedClassList=" + noted()));
        words.addAll(jvmOptions);
        words.addAll(List.of("-cp", installation.agentJar(), MAIN_CLASS));
        return words;
    }

    public HostProfile profile() {
        return installation.profile();
    }

    /** How much had to be sent: nothing if an earlier session left everything in place. */
    public long bytesSent() {
        return installation.bytesSent();
    }

    @Override
    public void close() throws IOException {
        try {
            host.run(removal().withTimeout(REMOVAL_LIMIT)).orThrow();
        } catch (InterruptedIOException cancelled) {
            throw cancelled;
        } catch (IOException failed) {
            // It is removed when it is some days old.
            LOG.debug("{} is left on {}", installation.session(), host, failed);
        }
    }

    private RemoteCommand removal() {
        String session = installation.session();
        return installation
                .classList()
                .map(list -> RemoteCommand.of("sh", "-c", KEEP_LIST, "sh", noted(), list, session))
                .orElseGet(() -> RemoteCommand.of("rm", "-rf", "--", session));
    }

    /** Where the JVM writes its list, which gets its name when it is whole. */
    private String noted() {
        return installation.session() + "/classes";
    }

    @Override
    public String toString() {
        return "agent on " + host;
    }
}
