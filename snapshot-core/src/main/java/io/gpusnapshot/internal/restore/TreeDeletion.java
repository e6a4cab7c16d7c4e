package io.gpusnapshot.internal.restore;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** Deletes a file, or a directory with all that is in it, never following a symbolic link. */
final class TreeDeletion {
    private TreeDeletion() {}

    /** Returns how many entries were deleted. */
    static long delete(Path path) throws IOException {
        Visitor visitor = new Visitor();
        Files.walkFileTree(path, visitor);
        return visitor.deleted;
    }

    private static final class Visitor extends SimpleFileVisitor<Path> {
        private long deleted;

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.delete(file);
            deleted++;
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure) throws IOException {
            if (failure != null) {
                throw failure;
            }
            Files.delete(directory);
            deleted++;
            return FileVisitResult.CONTINUE;
        }
    }
}
