package io.gpusnapshot.internal.restore;

import io.gpusnapshot.error.WorkspaceException;
import io.gpusnapshot.internal.posix.PosixCalls;
import io.gpusnapshot.internal.posix.UnixAttributes;
import java.io.File;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The directory that a snapshot is restored into. */
final class TargetDirectory {
    private final Path path;

    TargetDirectory(Path path) {
        this.path = path.toAbsolutePath().normalize();
    }

    /** Whether there is anything in it; refuses what is not a directory. */
    boolean isOccupied() throws IOException {
        if (!Files.exists(path)) {
            return false;
        }
        if (!Files.isDirectory(path)) {
            throw new WorkspaceException(
                    WorkspaceException.Reason.OCCUPIED,
                    path.toString(),
                    path + " is a " + UnixAttributes.read(path).typeName()
                            + ", not a directory; name a directory to restore into",
                    null);
        }
        try (DirectoryStream<Path> children = Files.newDirectoryStream(path)) {
            return children.iterator().hasNext();
        } catch (AccessDeniedException denied) {
            throw unwritable(denied);
        }
    }

    /**
     * Checks that there is room.
     *
     * @throws WorkspaceException if free bytes or inodes are too few
     */
    void requireSpace(Survey survey, PosixCalls posix) throws IOException {
        Path existing = nearestExisting();
        Space space = spaceOf(existing);
        // Some file systems, ramfs among them, do not know their size and say zero.
        if (survey.newBytes() > space.freeBytes() && space.totalBytes() > 0) {
            throw full(survey.newBytes() + " bytes", space.freeBytes() + " bytes");
        }
        OptionalLong inodes = posix.freeInodes(existing);
        if (inodes.isPresent() && survey.newEntries() > inodes.getAsLong()) {
            throw full(survey.newEntries() + " inodes", inodes.getAsLong() + " inodes");
        }
    }

    private record Space(long freeBytes, long totalBytes) {}

    private static Space spaceOf(Path existing) {
        try {
            FileStore store = Files.getFileStore(existing);
            return new Space(store.getUsableSpace(), store.getTotalSpace());
        } catch (IOException unlisted) {
            // In a changed root the mount may be listed nowhere. Files ask the kernel by path, and say zero if that
            // fails.
            File file = existing.toFile();
            return new Space(file.getUsableSpace(), file.getTotalSpace());
        }
    }

    private Path nearestExisting() {
        Path candidate = path;
        while (!Files.exists(candidate)) {
            Path parent = candidate.getParent();
            if (parent == null) {
                return candidate;
            }
            candidate = parent;
        }
        return candidate;
    }

    private WorkspaceException full(String needed, String free) {
        return new WorkspaceException(
                WorkspaceException.Reason.FULL,
                path.toString(),
                "Restoring into " + path + " needs " + needed + ", but its file system has " + free
                        + " free; free some, restore elsewhere, or select less",
                null);
    }

    /** Makes the directory if it does not exist and returns its path free of symbolic links. */
    Path open() throws IOException {
        try {
            Files.createDirectories(path);
            Path real = path.toRealPath();
            if (!Files.isWritable(real)) {
                throw unwritable(null);
            }
            return real;
        } catch (FileSystemException denied) {
            throw unwritable(denied);
        }
    }

    private WorkspaceException unwritable(@Nullable Exception cause) {
        String detail = cause == null ? "" : " (" + cause.getMessage() + ")";
        return new WorkspaceException(
                WorkspaceException.Reason.UNWRITABLE,
                path.toString(),
                "The workspace " + path + " cannot be written by this user" + detail
                        + "; check permissions and mount options, or restore elsewhere",
                cause);
    }
}
