package io.gpusnapshot;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Reads paths of workspaces. */
final class Workspaces {
    private Workspaces() {}

    static Path parse(String directory) {
        if (directory.isEmpty()) {
            throw new IllegalArgumentException("The workspace is an empty path; name a directory");
        }
        try {
            return Path.of(directory);
        } catch (InvalidPathException unmappable) {
            throw new IllegalArgumentException(
                    "The path of the workspace cannot be expressed in this locale: " + unmappable.getReason()
                            + "; run with LC_ALL=C.UTF-8, or pass a Path",
                    unmappable);
        }
    }
}
