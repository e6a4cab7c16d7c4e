package io.gpusnapshot.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gpusnapshot.remote.RemoteCommand;
import io.gpusnapshot.remote.RemoteExecutor;
import io.gpusnapshot.remote.RemoteProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.List;

/** An agent that is started and let go again. */
final class StartedAgent {
    private StartedAgent() {}

    /** The first line that it writes; without one, what it complains of. */
    static String greeting(RemoteExecutor host, List<String> command) throws IOException {
        try (RemoteProcess process = host.start(RemoteCommand.of(command));
                BufferedReader lines = new BufferedReader(new InputStreamReader(process.stdout(), UTF_8))) {
            String line = lines.readLine();
            if (line != null) {
                return line;
            }
            return new String(process.stderr().readAllBytes(), UTF_8);
        }
    }
}
