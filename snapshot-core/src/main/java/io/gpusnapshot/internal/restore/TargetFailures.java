package io.gpusnapshot.internal.restore;

import io.gpusnapshot.error.SnapshotException;
import io.gpusnapshot.error.WorkspaceException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** Says what failures of the target's file system mean and what helps. */
final class TargetFailures {
    private TargetFailures() {}

    /**
     * The error to stop with if a failure of one file is going to be a failure of all.
     *
     * @param file what was being written
     */
    static Optional<WorkspaceException> hopeless(Path workspace, String file, IOException failure) {
        String message = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
        if (message.contains("no space left") || message.contains("quota exceeded")) {
            return Optional.of(new WorkspaceException(
                    WorkspaceException.Reason.FULL,
                    workspace.toString(),
                    "The file system of " + workspace + " was full when " + file + " was written; free space or inodes"
                            + " and restore again, which fetches only what is missing",
                    failure));
        }
        if (message.contains("read-only file system")) {
            return Optional.of(new WorkspaceException(
                    WorkspaceException.Reason.UNWRITABLE,
                    workspace.toString(),
                    file + " in " + workspace + " is on a read-only file system; remount it or restore elsewhere",
                    failure));
        }
        return Optional.empty();
    }

    /** A failure of the file system as an error of this library; everything else as it is. */
    static IOException translate(Path workspace, IOException failure) {
        if (failure instanceof SnapshotException) {
            return failure;
        }
        if (!(failure instanceof FileSystemException named)) {
            return hopeless(workspace, "a file", failure)
                    .<IOException>map(error -> error)
                    .orElse(failure);
        }
        String file = String.valueOf(named.getFile());
        String reason = named.getReason() == null ? named.getClass().getSimpleName() : named.getReason();
        return hopeless(workspace, file, failure)
                .orElseGet(() -> new WorkspaceException(
                        WorkspaceException.Reason.UNWRITABLE,
                        file,
                        "The restore into " + workspace + " stopped at " + file + " (" + reason
                                + "); check its owner and permissions, or move it away, and restore again",
                        failure));
    }
}
