package io.gpusnapshot.remote.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.remote.SecretSource;
import io.gpusnapshot.remote.SshTarget;
import io.gpusnapshot.testing.Secrets;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.auth.UserAuthFactory;
import org.apache.sshd.server.auth.password.UserAuthPasswordFactory;
import org.apache.sshd.server.keyprovider.SimpleGeneratorHostKeyProvider;
import org.apache.sshd.server.shell.ProcessShellCommandFactory;

/**
 * An SSH server within this JVM, for machines without OpenSSH. Anybody comes in with {@link Secrets#SECRET}, and whoever
 * does is this JVM's own user.
 */
public final class MinaServer implements Closeable {
    private final SshServer server;
    private final Path directory;

    private MinaServer(SshServer server, Path directory) {
        this.server = server;
        this.directory = directory;
    }

    /** Keeps its key in a directory. */
    public static MinaServer start(Path directory) throws IOException {
        return start(directory, UserAuthPasswordFactory.INSTANCE);
    }

    static MinaServer start(Path directory, UserAuthFactory method) throws IOException {
        SshServer server = SshServer.setUpDefaultServer();
        server.setHost("127.0.0.1");
        server.setKeyPairProvider(new SimpleGeneratorHostKeyProvider(directory.resolve("host")));
        server.setUserAuthFactories(List.of(method));
        server.setPasswordAuthenticator((user, password, session) -> password.equals(Secrets.SECRET));
        server.setCommandFactory(ProcessShellCommandFactory.INSTANCE);
        server.start();
        assertThat(NamedResource.getNames(server.getUserAuthFactories())).isEqualTo(method.getName());
        return new MinaServer(server, directory);
    }

    /** Lacks a way to log in. */
    SshTarget closedTarget() {
        return SshTarget.of("127.0.0.1", server.getPort())
                .withUser("somebody")
                .withAcceptNewHostKeys(directory.resolve("known_hosts"));
    }

    public SshTarget target() {
        return closedTarget().withPassword(SecretSource.of(Secrets.SECRET.toCharArray()));
    }

    @Override
    public void close() throws IOException {
        server.stop(true);
    }
}
