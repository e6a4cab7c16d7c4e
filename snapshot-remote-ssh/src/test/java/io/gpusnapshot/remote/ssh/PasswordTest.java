package io.gpusnapshot.remote.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.error.RemoteAccessException;
import io.gpusnapshot.remote.RemoteCommand;
import io.gpusnapshot.remote.RemoteExecutor;
import io.gpusnapshot.remote.RemoteExecutors;
import io.gpusnapshot.remote.SecretSource;
import io.gpusnapshot.remote.SshTarget;
import io.gpusnapshot.testing.Secrets;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.auth.UserAuthFactory;
import org.apache.sshd.server.auth.keyboard.UserAuthKeyboardInteractiveFactory;
import org.apache.sshd.server.auth.password.UserAuthPasswordFactory;
import org.apache.sshd.server.keyprovider.SimpleGeneratorHostKeyProvider;
import org.apache.sshd.server.shell.ProcessShellCommandFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Passwords, against another server than OpenSSH, which would ask for those of this machine's users. */
class PasswordTest {
    private final Path directory;

    PasswordTest(@TempDir Path directory) {
        this.directory = directory;
    }

    static List<UserAuthFactory> methods() {
        return List.of(UserAuthPasswordFactory.INSTANCE, UserAuthKeyboardInteractiveFactory.INSTANCE);
    }

    @ParameterizedTest
    @MethodSource("methods")
    void theRightPasswordOpensTheDoorAndAWrongOneIsNotTold(UserAuthFactory method) throws IOException {
        try (SshServer server = start(method)) {
            SshTarget target = SshTarget.of("127.0.0.1", server.getPort())
                    .withUser("somebody")
                    .withAcceptNewHostKeys(directory.resolve("known_hosts"));
            SshTarget right = target.withPassword(SecretSource.of(Secrets.SECRET.toCharArray()));
            try (RemoteExecutor executor = RemoteExecutors.connect(right)) {
                assertThat(executor.run(RemoteCommand.of("echo", "in")).stdout().text())
                        .isEqualTo("in\n");
            }
            SshTarget wrong = target.withPassword(SecretSource.of(("no " + Secrets.SECRET).toCharArray()));
            assertThat(Secrets.failureOf(() -> RemoteExecutors.connect(wrong).close()))
                    .isInstanceOf(RemoteAccessException.class)
                    .hasMessageContaining("does not let us in");
        }
    }

    private SshServer start(UserAuthFactory method) throws IOException {
        SshServer server = SshServer.setUpDefaultServer();
        server.setHost("127.0.0.1");
        server.setKeyPairProvider(new SimpleGeneratorHostKeyProvider(directory.resolve("host")));
        server.setUserAuthFactories(List.of(method));
        server.setPasswordAuthenticator((user, password, session) -> password.equals(Secrets.SECRET));
        server.setCommandFactory(ProcessShellCommandFactory.INSTANCE);
        server.start();
        assertThat(NamedResource.getNames(server.getUserAuthFactories())).isEqualTo(method.getName());
        return server;
    }
}
