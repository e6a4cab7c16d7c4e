package io.gpusnapshot.remote.ssh;

import io.gpusnapshot.remote.PosixQuoting;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import net.schmizz.sshj.common.SSHRuntimeException;
import net.schmizz.sshj.connection.Connection;
import net.schmizz.sshj.connection.channel.direct.Signal;

/**
 * Ends programs of a session, in a thread of its own, so that nobody waits on a dead link. Not every server passes
 * signals on, hence a second program that kills the group of the first.
 */
final class Killer {
    private static final long LIMIT_MILLIS = 3_000;
    private static final Pattern PROCESS_ID = Pattern.compile("[1-9][0-9]*");
    private static final String KILL_GROUP = "kill -s KILL -- \"-$0\" 2>/dev/null";
    private static final String KILL_GROUP_OR_PROCESS = KILL_GROUP + " || kill -s KILL \"$0\" 2>/dev/null";

    private final Connection connection;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(work -> {
        Thread daemon = new Thread(work, "ssh-killer");
        daemon.setDaemon(true);
        return daemon;
    });

    Killer(Connection connection) {
        this.connection = connection;
    }

    /** @param leave whether nobody uses the channel any more */
    void kill(ExecChannel channel, String processId, boolean leave) {
        submit(() -> {
            if (!channel.isFinished()) {
                channel.signal(Signal.KILL);
                // The id of a process that has ended may be another's by now; that of a group is kept by its members.
                boolean processEnded = channel.exitCode().isPresent();
                kill(processEnded ? KILL_GROUP : KILL_GROUP_OR_PROCESS, processId);
            }
            if (leave) {
                channel.sendFarewell();
            }
        });
    }

    /** Gives up a channel whose program, if there is one, is not known. */
    void leave(ExecChannel channel) {
        submit(() -> {
            if (channel.isOpen()) {
                channel.signal(Signal.KILL);
                channel.sendFarewell();
            }
        });
    }

    private void kill(String script, String processId) throws IOException, InterruptedException {
        if (!PROCESS_ID.matcher(processId).matches()) {
            return;
        }
        ExecChannel channel = new ExecChannel(connection);
        channel.open();
        var unused = channel.exec("exec " + PosixQuoting.join(List.of("sh", "-c", script, processId)));
        if (!channel.awaitFinish(LIMIT_MILLIS)) {
            channel.abandon();
            channel.sendFarewell();
        }
    }

    @FunctionalInterface
    private interface Task {
        void run() throws IOException, InterruptedException;
    }

    private void submit(Task task) {
        try {
            thread.execute(() -> attempt(task));
        } catch (RejectedExecutionException finished) {
            // The connection is being closed, and all of its channels with it.
        }
    }

    private static void attempt(Task task) {
        try {
            task.run();
        } catch (IOException | SSHRuntimeException lost) {
            // With the link the channel is gone.
        } catch (InterruptedException given) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits a little for what is left to do, then stops. */
    void finish() {
        thread.shutdown();
        boolean interrupted = Thread.interrupted();
        try {
            if (!thread.awaitTermination(LIMIT_MILLIS, TimeUnit.MILLISECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException impatient) {
            interrupted = true;
            thread.shutdownNow();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
