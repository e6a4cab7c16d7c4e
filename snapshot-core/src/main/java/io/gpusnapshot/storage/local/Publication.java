package io.gpusnapshot.storage.local;

import io.gpusnapshot.error.StorageRequestException;
import io.gpusnapshot.storage.ObjectKeys;
import io.gpusnapshot.storage.StorageConfig;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Gives a finished file its key by one atomic call: a rename where it may replace, a hard link where it may not.
 *
 * <p>File systems without hard links (FAT, some mounts) get a check and a rename under a lock file instead, which dies
 * with its process. Exactly one of several if-absent puts wins there too, but a put that may replace does not take the
 * lock and can be overwritten by one that found the key absent just before.
 */
final class Publication {
    /** How often a folder may vanish under us before that is called a failure. */
    private static final int ATTEMPTS = 10_000;

    /** Longest pause between attempts: enough to fall out of step with whoever removes the folders. */
    private static final long MAX_PAUSE_NANOS = 50_000;

    // File locks exclude other processes, but not other threads of this one, whatever provider they come from.
    private static final ReentrantLock PROCESS_LOCK = new ReentrantLock();

    private final Path root;
    private final boolean hardLinks;

    Publication(Path root, boolean hardLinks) {
        this.root = root;
        this.hardLinks = hardLinks;
    }

    /** Returns whether the file got its key; false if that must be absent but is not. */
    boolean publish(Path file, Path target, boolean ifAbsent) throws IOException {
        boolean published = attempt(file, target, ifAbsent);
        if (published) {
            // Also the upper folders: another put may have created them just now and not have synced them yet.
            Folders.syncUpTo(Folders.parent(target), root);
        }
        return published;
    }

    private boolean attempt(Path file, Path target, boolean ifAbsent) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                Folders.create(Folders.parent(target));
                removeEmptyFolder(target);
                return ifAbsent ? moveIfAbsent(file, target) : move(file, target);
            } catch (NoSuchFileException e) {
                // A delete removed a folder that it had emptied.
                if (attempt == ATTEMPTS || Files.notExists(file)) {
                    throw e;
                }
                LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(MAX_PAUSE_NANOS));
            }
        }
    }

    /** A crash can leave an empty folder, which is nothing that a key could collide with. */
    private static void removeEmptyFolder(Path target) throws IOException {
        if (!Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try {
            Files.deleteIfExists(target);
        } catch (DirectoryNotEmptyException e) {
            String message = target + " is a folder of other objects; a folder store cannot hold an object together"
                    + " with objects below its key, so rename one of them";
            throw new StorageRequestException(StorageConfig.FILE, target.toString(), message, e);
        }
    }

    private static boolean move(Path file, Path target) throws IOException {
        Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
        return true;
    }

    private boolean moveIfAbsent(Path file, Path target) throws IOException {
        if (!hardLinks) {
            return moveUnderLock(file, target);
        }
        try {
            Files.createLink(target, file);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        } catch (NoSuchFileException | AccessDeniedException e) {
            throw e;
        } catch (FileSystemException | UnsupportedOperationException e) {
            return moveUnderLock(file, target);
        }
    }

    private boolean moveUnderLock(Path file, Path target) throws IOException {
        Path lockFile = root.resolve(ObjectKeys.RESERVED).resolve("lock");
        PROCESS_LOCK.lock();
        try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.lock();
            return !Files.exists(target, LinkOption.NOFOLLOW_LINKS) && move(file, target);
        } finally {
            PROCESS_LOCK.unlock();
        }
    }
}
