package io.gpusnapshot.remote.ssh;

import io.gpusnapshot.error.RemoteUnavailableException;
import io.gpusnapshot.remote.SshTarget;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import net.schmizz.sshj.SSHClient;
import org.jspecify.annotations.Nullable;

/**
 * Connects, makes sure of the host, logs in. This is done by a thread of its own, because connecting a socket does not
 * end at an interrupt; closing the socket ends it.
 */
final class SshConnector {
    private final SshTarget target;
    private final HostKeyCheck hostKey;
    private final Login login;
    private final LinkGuard guard;
    private final SSHClient client;
    private final @Nullable SshLink jump;
    private final CountDownLatch connected = new CountDownLatch(1);
    private final CountDownLatch finished = new CountDownLatch(1);
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private volatile boolean aborted;

    private SshConnector(SshTarget target, Login login, @Nullable SshLink jump) throws IOException {
        this.target = target;
        this.login = login;
        this.jump = jump;
        this.hostKey = HostKeyCheck.of(target);
        this.guard = new LinkGuard(target);
        this.client = new SSHClient(Algorithms.config());
        client.setSocketFactory(new WatchedSocket.Factory(guard::heard));
        client.setConnectTimeout((int) target.timeouts().connect().toMillis());
        int answerMillis = (int) target.timeouts().authentication().toMillis();
        client.getTransport().setTimeoutMs(answerMillis);
        client.getConnection().setTimeoutMs(answerMillis);
        client.addHostKeyVerifier(hostKey);
    }

    /** Opens a link, through other hosts if the target says so. The caller closes it. */
    static SshLink connect(SshTarget target) throws IOException {
        try (Login login = Login.of(target)) {
            SshLink jump = target.jump().isPresent() ? connect(target.jump().get()) : null;
            try {
                return new SshConnector(target, login, jump).connect();
            } catch (IOException | RuntimeException failed) {
                if (jump != null) {
                    jump.close();
                }
                throw failed;
            }
        }
    }

    private SshLink connect() throws IOException {
        Thread thread = new Thread(this::work, "ssh-connect-" + target);
        thread.setDaemon(true);
        thread.start();
        boolean successful = false;
        try {
            await(connected, target.timeouts().connect().toMillis(), "connection");
            await(finished, 3 * target.timeouts().authentication().toMillis(), "login");
            guard.watch(client);
            successful = true;
            return new SshLink(client, guard, jump);
        } catch (InterruptedException cancelled) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("Connecting to " + target + " was cancelled");
        } finally {
            if (!successful) {
                abort();
            }
        }
    }

    private void work() {
        try {
            if (jump == null) {
                client.connect(target.host(), target.port());
            } else {
                client.connectVia(jump.client().newDirectConnection(target.host(), target.port()));
            }
            connected.countDown();
            login.perform(client, target);
        } catch (IOException | RuntimeException failed) {
            failure.set(failed);
        } finally {
            connected.countDown();
            finished.countDown();
            if (aborted) {
                // It may have connected just after that was given up.
                SshLink.closeQuietly(client);
            }
        }
    }

    private void await(CountDownLatch step, long millis, String name) throws IOException, InterruptedException {
        if (!step.await(millis, TimeUnit.MILLISECONDS)) {
            String message = "Cannot reach " + target + ": no " + name + " within " + millis + " ms";
            throw new RemoteUnavailableException(target.toString(), message, null);
        }
        Exception failed = failure.get();
        if (failed != null) {
            throw SshErrors.translateLogin(target.toString(), failed, hostKey.refusal());
        }
    }

    /** Closes the socket before anything else, since a polite farewell would wait for what is stuck. */
    private void abort() {
        aborted = true;
        guard.close();
        SshLink.closeSocket(client);
        SshLink.closeQuietly(client);
    }
}
