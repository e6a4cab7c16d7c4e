package io.gpusnapshot;

import io.gpusnapshot.remote.SshTarget;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Reads paths of workspaces. */
final class Workspaces {
    private Workspaces() {}

    /** Refuses a path that means something else on the host than here. */
    static void requireRemote(SshTarget host, Path workspace) {
        if (!workspace.isAbsolute()) {
            throw new IllegalArgumentException("The workspace \"" + workspace + "\" on " + host
                    + " is relative; name it by its absolute path, such as /workspace");
        }
    }

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
