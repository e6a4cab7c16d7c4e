package io.gpusnapshot.remote.ssh;

import java.io.Closeable;
import java.io.IOException;
import net.schmizz.sshj.SSHClient;
import org.jspecify.annotations.Nullable;

/**
 * A connection that is logged in.
 *
 * @param jump the link that this one runs through, if there is one
 */
record SshLink(SSHClient client, LinkGuard guard, @Nullable SshLink jump) implements Closeable {
    @Override
    public void close() {
        guard.close();
        closeQuietly(client);
        if (jump != null) {
            jump.close();
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
