package io.gpusnapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.testing.FaultyStorageProvider;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Finds what operations have left behind in this process. */
final class Leaks {
    private static final Path OPEN_FILES = Path.of("/proc/self/fd");
    /** Long enough for a thread that is about to end, whatever else the machine does. */
    private static final long PATIENCE_MILLIS = 20_000;

    private Leaks() {}

    /** Fails if threads, bodies of objects, or files in the workspaces are left over. */
    static void assertNone(StorageProvider store, Collection<Path> workspaces) throws IOException {
        assertThat(engineThreads()).as("threads left over").isEmpty();
        assertThat(openFiles(workspaces)).as("files left open").isEmpty();
        if (store instanceof FaultyStorageProvider faulty) {
            assertThat(faulty.openBodies()).as("bodies left open").isZero();
        }
    }

    private static List<String> engineThreads() {
        List<String> alive = new ArrayList<>();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().matches("(create|restore|verify|replicate)-[a-z]+-\\d+|lease-.*") && !ends(thread)) {
                alive.add(thread.getName());
            }
        }
        return alive;
    }

    private static boolean ends(Thread thread) {
        boolean interrupted = false;
        try {
            thread.join(PATIENCE_MILLIS);
        } catch (InterruptedException early) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return !thread.isAlive();
    }

    private static List<String> openFiles(Collection<Path> workspaces) throws IOException {
        List<String> open = new ArrayList<>();
        if (!Files.isDirectory(OPEN_FILES)) {
            return open;
        }
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(OPEN_FILES)) {
            for (Path descriptor : descriptors) {
                Path file = target(descriptor);
                if (workspaces.stream().anyMatch(file::startsWith)) {
                    open.add(file.toString());
                }
            }
        }
        return open;
    }

    private static Path target(Path descriptor) throws IOException {
        try {
            return Files.readSymbolicLink(descriptor);
        } catch (NoSuchFileException closed) {
            return Path.of("");
        }
    }
}
