package io.gpusnapshot.remote;

import io.gpusnapshot.testing.RemoteExecutorContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class LocalProcessExecutorTest extends RemoteExecutorContract {
    private final Path directory;

    LocalProcessExecutorTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Override
    protected RemoteExecutor open() throws IOException {
        return LocalProcessExecutor.in(home());
    }

    @Override
    protected Path home() {
        return directory;
    }

    @Override
    protected Path newDirectory() throws IOException {
        return Files.createDirectory(directory.resolve("work"));
    }
}
