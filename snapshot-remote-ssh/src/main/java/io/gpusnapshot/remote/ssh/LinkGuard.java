package io.gpusnapshot.remote.ssh;

import io.gpusnapshot.error.RemoteUnavailableException;
import io.gpusnapshot.remote.SshTarget;
import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import net.schmizz.concurrent.Promise;
import net.schmizz.sshj.SSHClient;
import net.schmizz.sshj.common.SSHPacket;
import net.schmizz.sshj.connection.ConnectionException;

/**
 * Cuts a link over which nothing has come for three intervals, although the host was asked. sshj's keep-alive cannot:
 * it waits for a lock that is held by whoever writes to the dead link. Here a thread asks, another one watches.
 */
final class LinkGuard implements Closeable {
    private static final int INTERVALS = 3;

    private final SshTarget target;
    private final long intervalNanos;
    private final AtomicLong lastHeard = new AtomicLong(System.nanoTime());
    private final AtomicBoolean asking = new AtomicBoolean();
    private volatile boolean cut;
    private final ScheduledThreadPoolExecutor threads;

    LinkGuard(SshTarget target) {
        this.target = target;
        this.intervalNanos = target.timeouts().keepAlive().toNanos();
        this.threads = new ScheduledThreadPoolExecutor(2, work -> {
            Thread thread = new Thread(work, "ssh-guard-" + target);
            thread.setDaemon(true);
            return thread;
        });
        threads.setRemoveOnCancelPolicy(true);
    }

    /** Bytes have come. */
    void heard() {
        lastHeard.set(System.nanoTime());
    }

    void watch(SSHClient client) {
        heard();
        // Looking twice an interval keeps the delay of the verdict small.
        long pause = intervalNanos / 2;
        var unused = threads.scheduleWithFixedDelay(() -> look(client), pause, pause, TimeUnit.NANOSECONDS);
    }

    /** Runs something later, unless it is cancelled by what this returns. */
    Closeable schedule(Runnable work, long millis) {
        var task = threads.schedule(work, millis, TimeUnit.MILLISECONDS);
        return () -> task.cancel(false);
    }

    private void look(SSHClient client) {
        long silence = System.nanoTime() - lastHeard.get();
        if (cut) {
            return;
        }
        if (silence >= INTERVALS * intervalNanos) {
            cut(client, TimeUnit.NANOSECONDS.toMillis(silence));
        } else if (silence >= intervalNanos && asking.compareAndSet(false, true)) {
            threads.execute(() -> ask(client));
        }
    }

    private void ask(SSHClient client) {
        try {
            Promise<SSHPacket, ConnectionException> answer =
                    client.getConnection().sendGlobalRequest("keepalive@openssh.com", true, new byte[0]);
            if (answer.tryRetrieve(INTERVALS * intervalNanos, TimeUnit.NANOSECONDS) != null) {
                heard();
            }
        } catch (IOException noSuchRequest) {
            // That is an answer, too; on a broken link nobody listens any more.
            heard();
        } finally {
            asking.set(false);
        }
    }

    private void cut(SSHClient client, long silentMillis) {
        String message = "The link to " + target + " was lost: nothing came for " + silentMillis + " ms";
        cut = true;
        SshLink.closeSocket(client);
        client.getTransport().die(new RemoteUnavailableException(target.toString(), message, null));
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
