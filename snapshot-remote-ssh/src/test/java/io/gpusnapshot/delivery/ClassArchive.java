package io.gpusnapshot.delivery;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The archive of classes that a host makes in the background when an agent has noted what it loads. */
final class ClassArchive {
    private ClassArchive() {}

    /** Returns when there is one; the directory in which it was made is removed last. */
    static void await(Path cache) throws IOException {
        List<String> names = names(cache);
        while (names.stream().noneMatch(name -> name.endsWith(".jsa"))
                || names.stream().anyMatch(name -> name.endsWith(".lock"))) {
            Thread.onSpinWait();
            names = names(cache);
        }
    }

    private static List<String> names(Path cache) throws IOException {
        try (Stream<Path> agents = Files.list(cache)) {
            Path agent = agents.filter(path -> path.getFileName().toString().startsWith("agent-"))
                    .findFirst()
                    .orElseThrow();
            try (Stream<Path> files = Files.list(agent)) {
                return files.map(file -> file.getFileName().toString()).toList();
            }
        }
    }
}
