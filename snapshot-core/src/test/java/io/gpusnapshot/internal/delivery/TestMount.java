package io.gpusnapshot.internal.delivery;

import io.gpusnapshot.remote.LocalProcessExecutor;
import io.gpusnapshot.remote.RemoteCommand;
import io.gpusnapshot.remote.RemoteExecutor;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/** A file system of its own, seen by everybody until it is closed. */
final class TestMount implements Closeable {
    private final Path directory;

    private TestMount(Path directory) {
        this.directory = directory;
    }

    static TestMount at(Path directory, String options) throws IOException {
        TestPrograms.assumeSuccess(
                "only root can mount, and not everywhere",
                "mount",
                "-t",
                "tmpfs",
                "-o",
                options,
                "tmpfs",
                directory.toString());
        return new TestMount(directory);
    }

    @Override
    public void close() throws IOException {
        try (RemoteExecutor local = LocalProcessExecutor.inHome()) {
            local.run(RemoteCommand.of("umount", "-l", directory.toString())).orThrow();
        }
    }
}
