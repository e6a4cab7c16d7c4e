package io.gpusnapshot.remote.ssh;

import io.gpusnapshot.remote.RemoteExecutor;
import io.gpusnapshot.remote.RemoteExecutors;
import io.gpusnapshot.testing.RemoteExecutorContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

class OpenSshExecutorTest extends RemoteExecutorContract {
    private static OpenSshServer server;

    private final Path directory;

    OpenSshExecutorTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @BeforeAll
    static void startServer(@TempDir Path serverDirectory) throws IOException {
        server = OpenSshServer.start(serverDirectory);
    }

    @AfterAll
    static void stopServer() throws IOException {
        if (server != null) {
            server.close();
        }
    }

    @Override
    protected RemoteExecutor open() throws IOException {
        return RemoteExecutors.connect(server.target());
    }

    @Override
    protected Path home() {
        return CurrentUser.home();
    }

    @Override
    protected Path newDirectory() throws IOException {
        return Files.createDirectory(directory.resolve("work"));
    }
}
