package io.gpusnapshot.remote.ssh;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gpusnapshot.remote.RemoteExecutor;
import io.gpusnapshot.remote.RemoteExecutors;
import io.gpusnapshot.testing.RemoteProcessContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** As somebody else than root, for whom {@code sshd} works by other processes and passes signals on. */
class OrdinaryUserProcessTest extends RemoteProcessContract {
    private static OpenSshServer server;
    private static OrdinaryUser user;

    @BeforeAll
    static void start(@TempDir Path serverDirectory) throws IOException {
        assumeTrue(CurrentUser.isRoot(), "only root can make another user; the other tests run as one already");
        server = OpenSshServer.start(serverDirectory);
        user = OrdinaryUser.create();
    }

    @AfterAll
    static void stop() throws IOException {
        if (server != null) {
            server.close();
        }
        if (user != null) {
            user.close();
        }
    }

    @Override
    protected RemoteExecutor open() throws IOException {
        return RemoteExecutors.connect(server.target().withUser(user.name()));
    }

    @Override
    protected Path home() {
        return user.home();
    }

    @Override
    protected Path newDirectory() throws IOException {
        Path directory = Files.createTempDirectory(user.home(), "work");
        return Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
    }
}
