package io.gpusnapshot.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;

/** What a server that runs as a process prints: it tells when the server is ready, and is read on so that it never fills. */
public final class ServerLog {
    private ServerLog() {}

    /**
     * Returns when a line contains the text.
     *
     * @throws IOException with all lines, if the server ends before
     */
    public static void await(Process server, String text) throws IOException {
        BufferedReader log = server.inputReader(UTF_8);
        List<String> lines = new ArrayList<>();
        for (String line = log.readLine(); line != null; line = log.readLine()) {
            lines.add(line);
            if (line.contains(text)) {
                drain(log);
                return;
            }
        }
        throw new IOException("The server did not start: " + lines);
    }

    private static void drain(BufferedReader log) {
        Thread thread = new Thread(
                () -> {
                    try {
                        log.transferTo(Writer.nullWriter());
                    } catch (IOException stopped) {
                        // The server is being closed.
                    }
                },
                "server-log");
        thread.setDaemon(true);
        thread.start();
    }
}
