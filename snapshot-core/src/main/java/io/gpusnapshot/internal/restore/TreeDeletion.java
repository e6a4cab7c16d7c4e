package io.gpusnapshot.internal.restore;

import io.gpusnapshot.internal.posix.PosixCalls;
import io.gpusnapshot.internal.posix.UnixAttributes;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Deletes a file, or a directory with all that is in it, never following a symbolic link. */
final class TreeDeletion {
    private static final int OWNER_ALL = 0700;

    private TreeDeletion() {}

    /** Returns how many entries were deleted; none if there is nothing of this name. */
    static long delete(Path path, PosixCalls posix) throws IOException {
        UnixAttributes attributes;
        try {
            attributes = UnixAttributes.read(path);
        } catch (NoSuchFileException gone) {
            return 0;
        }
        long deleted = 0;
        if (attributes.isDirectory()) {
            allowChanges(path, attributes, posix);
            deleted = deleteChildren(path, posix);
        }
        Files.delete(path);
        return deleted + 1;
    }

    /** Lets the owner of a directory list and change it, as the superuser always can. */
    static void allowChanges(Path directory, UnixAttributes attributes, PosixCalls posix) throws IOException {
        if ((attributes.mode() & OWNER_ALL) != OWNER_ALL && !posix.identity().isSuperuser()) {
            posix.setMode(directory, attributes.mode() | OWNER_ALL);
        }
    }

    private static long deleteChildren(Path directory, PosixCalls posix) throws IOException {
        long deleted = 0;
        try (DirectoryStream<Path> children = Files.newDirectoryStream(directory)) {
            for (Path child : children) {
                deleted += delete(child, posix);
            }
        } catch (DirectoryIteratorException failed) {
            throw failed.getCause();
        }
        return deleted;
    }
}
