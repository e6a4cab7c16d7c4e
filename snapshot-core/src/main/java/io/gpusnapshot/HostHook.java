package io.gpusnapshot;

import io.gpusnapshot.remote.RemoteCommand;
import java.time.Duration;
import java.util.List;

/**
 * A command to run on the host of a job, before or after it: to quiesce a trainer, to checkpoint a GPU, to start what was
 * restored. It runs as the user that the job runs as, in that user's home directory. Its arguments can be seen by
 * everybody on the host.
 *
 * @param command what to run, with a timeout; {@link #DEFAULT_TIMEOUT} if it has none
 * @param isRequired whether the job fails if the command does; otherwise there is a warning
 */
public record HostHook(RemoteCommand command, boolean isRequired) {
    /** How long a command may run that has no timeout of its own. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(5);

    public HostHook {
        if (command.timeout().isEmpty()) {
            command = command.withTimeout(DEFAULT_TIMEOUT);
        }
    }

    /** A command without whose success the job is not to go on. */
    public static HostHook required(String program, String... arguments) {
        return new HostHook(RemoteCommand.of(program, arguments), true);
    }

    /** A command whose failure is only warned of. */
    public static HostHook optional(String program, String... arguments) {
        return new HostHook(RemoteCommand.of(program, arguments), false);
    }

    /** A line for the host's shell, whose failure the job does not survive. */
    public static HostHook requiredShell(String line) {
        return new HostHook(RemoteCommand.of(List.of("sh", "-c", line)), true);
    }

    /** A copy that may run so long. */
    public HostHook withTimeout(Duration limit) {
        return new HostHook(command.withTimeout(limit), isRequired);
    }
}
