package io.gpusnapshot.storage.local;

import io.gpusnapshot.error.SnapshotException;
import io.gpusnapshot.error.StorageAccessException;
import io.gpusnapshot.error.StorageRequestException;
import io.gpusnapshot.storage.StorageConfig;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileStore;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Turns failures of the file system into leaves of the closed hierarchy. */
final class LocalErrors {
    private static final long NEARLY_FULL_BYTES = 64 * 1024;

    private final Path root;

    LocalErrors(Path root) {
        this.root = root;
    }

    IOException translate(String action, String key, IOException failure) {
        if (failure instanceof FileLockInterruptionException) {
            Thread.currentThread().interrupt();
            return new InterruptedIOException("Interrupted while waiting for a lock in " + root);
        }
        if (failure instanceof SnapshotException
                || failure instanceof InterruptedIOException
                || failure instanceof ClosedByInterruptException) {
            return failure;
        }
        String what = "Cannot " + action + " \"" + key + "\" in " + root + ": ";
        String remedy = accessRemedy(failure);
        if (remedy != null) {
            return new StorageAccessException(StorageConfig.FILE, key, what + remedy, failure);
        }
        return new StorageRequestException(StorageConfig.FILE, key, what + requestRemedy(failure), failure);
    }

    private @Nullable String accessRemedy(IOException failure) {
        String reason = reason(failure);
        String path = path(failure);
        if (failure instanceof AccessDeniedException || reason.contains("Operation not permitted")) {
            return "the user " + System.getProperty("user.name") + " may not do that at " + path
                    + "; change its owner or permissions, or choose another folder";
        }
        boolean readOnly = reason.contains("Read-only file system")
                || fileStore().map(FileStore::isReadOnly).orElse(false);
        return readOnly ? path + " is on a read-only file system; mount it writable, or choose another folder" : null;
    }

    private String requestRemedy(IOException failure) {
        String reason = reason(failure);
        long free = freeBytes();
        // The reason's text may be translated to the machine's language; the number is not.
        if (reason.contains("No space left") || reason.contains("quota") || free < NEARLY_FULL_BYTES) {
            return "the file system at " + root + " is full (" + free
                    + " bytes and perhaps no inodes or quota left); free space there, or choose another folder";
        }
        return reason.isEmpty() ? failure.toString() : reason + " at " + path(failure);
    }

    private static String reason(IOException failure) {
        String reason = failure instanceof FileSystemException at ? at.getReason() : failure.getMessage();
        return Optional.ofNullable(reason).orElse("");
    }

    private String path(IOException failure) {
        String path = failure instanceof FileSystemException at ? at.getFile() : null;
        return Optional.ofNullable(path).orElse(root.toString());
    }

    private long freeBytes() {
        try {
            FileStore store = fileStore().orElse(null);
            return store == null ? Long.MAX_VALUE : store.getUsableSpace();
        } catch (IOException e) {
            return Long.MAX_VALUE;
        }
    }

    /** Empty when even that cannot be found out: the failure at hand says more than a second one would. */
    private Optional<FileStore> fileStore() {
        Path existing = root;
        while (!Files.exists(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        try {
            return Optional.of(Files.getFileStore(existing));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
