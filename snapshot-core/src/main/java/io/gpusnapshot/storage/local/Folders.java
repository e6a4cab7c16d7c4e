package io.gpusnapshot.storage.local;

import io.gpusnapshot.error.StorageRequestException;
import io.gpusnapshot.storage.StorageConfig;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Optional;

/** Folders and their entries, made and removed so that they survive a power failure and concurrent others. */
final class Folders {
    private Folders() {}

    /** The folder of something that is not the top of a file system. */
    static Path parent(Path path) {
        return Objects.requireNonNull(path.getParent(), () -> path + " has no parent");
    }

    /** What is at a path, itself and not what a symbolic link points to. */
    static Optional<BasicFileAttributes> attributes(Path path) throws IOException {
        try {
            return Optional.of(Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (FileSystemException e) {
            if (passesThroughFile(path)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Asked instead of the failure, whose reason is a text in the machine's language. */
    private static boolean passesThroughFile(Path path) {
        for (Path above = path.getParent(); above != null; above = above.getParent()) {
            if (Files.isRegularFile(above)) {
                return true;
            }
        }
        return false;
    }

    /** Creates a folder and what is missing above it, and makes them durable. */
    static void createDurably(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Path parent = parent(folder);
            createDurably(parent);
            createOne(folder);
            sync(parent);
        }
    }

    /**
     * Creates a folder and what is missing above it, in a hurry: the folders are empty, and a delete may remove them.
     * {@link #syncUpTo} makes them durable once there is something in them.
     *
     * @throws NoSuchFileException if a folder was removed meanwhile; the call can be repeated
     */
    static void create(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            create(parent(folder));
            createOne(folder);
        }
    }

    private static void createOne(Path folder) throws IOException {
        try {
            Files.createDirectory(folder);
        } catch (FileAlreadyExistsException e) {
            requireFolder(folder, e);
        }
    }

    private static void requireFolder(Path folder, FileAlreadyExistsException cause) throws IOException {
        if (Files.isRegularFile(folder)) {
            String message = folder + " is a file where a folder is needed; a folder store cannot hold an object"
                    + " together with objects below its key, so rename one of them";
            throw new StorageRequestException(StorageConfig.FILE, folder.toString(), message, cause);
        }
    }

    /**
     * Makes the entries of a folder durable. An interrupt does not stop this, because what is being made durable has
     * happened already; it stays pending. A folder that is gone needs no sync.
     */
    static void sync(Path folder) throws IOException {
        boolean interrupted = false;
        try {
            boolean done = false;
            while (!done) {
                interrupted |= Thread.interrupted();
                done = trySync(folder);
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static boolean trySync(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            return force(channel);
        } catch (NoSuchFileException e) {
            return true;
        } catch (ClosedByInterruptException e) {
            return false;
        }
    }

    private static boolean force(FileChannel channel) throws IOException {
        try {
            channel.force(true);
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            // Some network and user-space file systems cannot sync folders, and say so in this way.
            if (!String.valueOf(e.getMessage()).contains("Invalid argument")) {
                throw e;
            }
        }
        return true;
    }

    /** Makes durable all folders from one up to another. */
    static void syncUpTo(Path folder, Path top) throws IOException {
        Path current = folder;
        sync(current);
        while (!current.equals(top)) {
            current = parent(current);
            sync(current);
        }
    }

    /** Deletes a file; tells whether there was one. Folders stay. */
    static boolean deleteFile(Path path) throws IOException {
        boolean exists = attributes(path).filter(found -> !found.isDirectory()).isPresent();
        return exists && Files.deleteIfExists(path);
    }

    /**
     * Removes a folder and those above it, as long as they are empty, but never {@code top}. Returns the lowest one
     * that is left.
     */
    static Path removeEmpty(Path folder, Path top) throws IOException {
        Path current = folder;
        while (!current.equals(top)) {
            try {
                Files.deleteIfExists(current);
            } catch (DirectoryNotEmptyException e) {
                return current;
            }
            current = parent(current);
        }
        return top;
    }
}
