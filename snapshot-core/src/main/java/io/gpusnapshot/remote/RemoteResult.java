package io.gpusnapshot.remote;

import io.gpusnapshot.error.RemoteCommandException;
import java.time.Duration;

/**
 * What came of a command that ran to its end.
 *
 * @param host where it ran
 * @param command what ran
 * @param exitCode as in {@link RemoteExecutor#run}
 * @param stdout the start of its standard output
 * @param stderr the end of its standard error
 * @param duration from the call to the end
 */
public record RemoteResult(
        String host,
        RemoteCommand command,
        int exitCode,
        CapturedOutput stdout,
        CapturedOutput stderr,
        Duration duration) {
    private static final int TAIL_CHARACTERS = 2_000;

    public boolean isSuccess() {
        return exitCode == 0;
    }

    /**
     * This result, if the command succeeded.
     *
     * @throws RemoteCommandException if it did not; it holds the exit code and the end of standard error
     */
    public RemoteResult orThrow() throws RemoteCommandException {
        if (isSuccess()) {
            return this;
        }
        String all = stderr.text().strip();
        String tail = all.substring(Math.max(0, all.length() - TAIL_CHARACTERS));
        String words = tail.isEmpty() ? "with nothing on standard error" : "saying: " + tail;
        String message = command + " on " + host + " ended with " + exitCode + ", " + words;
        throw new RemoteCommandException(host, exitCode, tail, message, null);
    }
}
