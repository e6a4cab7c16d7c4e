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
import org.apache.sshd.server.auth.UserAuthFactory;
import org.apache.sshd.server.auth.keyboard.UserAuthKeyboardInteractiveFactory;
import org.apache.sshd.server.auth.password.UserAuthPasswordFactory;
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
        try (MinaServer server = MinaServer.start(directory, method)) {
            SshTarget target = server.closedTarget();
            try (RemoteExecutor executor = RemoteExecutors.connect(server.target())) {
                assertThat(executor.run(RemoteCommand.of("echo", "in")).stdout().text())
                        .isEqualTo("in\n");
            }
            SshTarget wrong = target.withPassword(SecretSource.of(("no " + Secrets.SECRET).toCharArray()));
            assertThat(Secrets.failureOf(() -> RemoteExecutors.connect(wrong).close()))
                    .isInstanceOf(RemoteAccessException.class)
                    .hasMessageContaining("does not let us in");
        }
    }
}
