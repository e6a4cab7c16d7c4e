package io.gpusnapshot.remote.ssh;

import java.io.Closeable;
import java.io.IOException;
import java.net.Socket;
import net.schmizz.sshj.SSHClient;
import org.jspecify.annotations.Nullable;

/**
 * A connection that is logged in.
 *
 * @param jump the link that this one runs through, if there is one
 */
record SshLink(SSHClient client, LinkGuard guard, @Nullable SshLink jump) implements Closeable {
    private static final long FAREWELL_MILLIS = 1_000;

    /** Says goodbye if that is possible soon; on a dead link it would wait behind whoever is still writing. */
    @Override
    public void close() {
        Closeable limit = guard.schedule(this::cut, FAREWELL_MILLIS);
        closeQuietly(client);
        closeQuietly(limit);
        guard.close();
        if (jump != null) {
            jump.close();
        }
    }

    private void cut() {
        if (jump != null) {
            jump.cut();
        }
        closeSocket(client);
    }

    /** Ends whatever reads and writes. A client that runs through another one has no socket. */
    static void closeSocket(SSHClient client) {
        Socket socket = client.getSocket();
        if (socket != null) {
            closeQuietly(socket);
        }
    }

    static void closeQuietly(Closeable client) {
        try {
            client.close();
        } catch (IOException lostAnyway) {
            // Whoever closes has no more use for the link.
        }
    }
}
