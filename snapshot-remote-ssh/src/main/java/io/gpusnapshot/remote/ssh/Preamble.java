package io.gpusnapshot.remote.ssh;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gpusnapshot.remote.PosixQuoting;
import io.gpusnapshot.remote.RemoteCommand;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * How a program is started so that its output can be told from what the login shell says before: a shell of ours writes a
 * mark to both outputs and its process id, and then runs the program. The process id is also that of the process group,
 * since the login shell is replaced. The shell waits for the program and ends as it did, because not all servers tell of
 * a signal after the last of the output.
 */
final class Preamble {
    private static final String SCRIPT = "echo \"$0 $$\"; echo \"$0\" >&2; env \"$@\"; exit $?";
    private static final int MAX_NOISE_KEPT = 2_000;

    private final String mark;

    Preamble() {
        byte[] random = new byte[12];
        new SecureRandom().nextBytes(random);
        // The first character must not come again, see skipTo.
        this.mark = "@gpusnapshot-" + HexFormat.of().formatHex(random);
    }

    /** The line for the login shell. */
    String lineFor(RemoteCommand command) {
        List<String> words = new ArrayList<>(List.of("sh", "-c", SCRIPT, mark));
        words.addAll(PosixQuoting.wordsForEnv(command));
        return "exec " + PosixQuoting.join(words);
    }

    /** What came of looking for a mark. */
    record Found(boolean isFound, String noise) {}

    /** Reads up to the mark's end. */
    Found skipTo(InputStream stream) throws IOException {
        byte[] wanted = mark.getBytes(UTF_8);
        ByteArrayOutputStream noise = new ByteArrayOutputStream();
        int matched = 0;
        while (matched < wanted.length) {
            int unit = stream.read();
            if (unit < 0) {
                return new Found(false, noise.toString(UTF_8).strip());
            }
            if (unit == wanted[matched]) {
                matched++;
            } else {
                matched = unit == wanted[0] ? 1 : 0;
            }
            if (noise.size() < MAX_NOISE_KEPT) {
                noise.write(unit);
            }
        }
        return new Found(true, "");
    }

    /** Reads the line's rest. */
    static String readRest(InputStream stream) throws IOException {
        StringBuilder rest = new StringBuilder();
        for (int unit = stream.read(); unit >= 0 && unit != '\n'; unit = stream.read()) {
            rest.append((char) unit);
        }
        return rest.toString().strip();
    }
}
