package io.gpusnapshot.storage.local;

import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.error.ObjectNotFoundException;
import io.gpusnapshot.error.PreconditionFailedException;
import io.gpusnapshot.error.StorageRequestException;
import io.gpusnapshot.storage.ByteRange;
import io.gpusnapshot.storage.ContentSource;
import io.gpusnapshot.storage.GrantIssuer;
import io.gpusnapshot.storage.ListOptions;
import io.gpusnapshot.storage.ObjectKeys;
import io.gpusnapshot.storage.PutOptions;
import io.gpusnapshot.storage.StorageCapabilities;
import io.gpusnapshot.storage.StorageConfig;
import io.gpusnapshot.storage.StorageObject;
import io.gpusnapshot.storage.StoragePage;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.StorageReceipt;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A folder as an object store: every object is a regular file whose path is its key. The folder belongs to the store
 * alone; other files in it are ignored where their names are no keys, and symbolic links below it always.
 *
 * <p>A put writes to {@code .uploads}, syncs, and then publishes the file by one atomic call, so that an object is
 * whole or absent even after a power failure. An I/O error at the very last step, the sync of the folders, is reported
 * although the object may be visible already. Being a folder, the store cannot hold an object {@code a} together with
 * objects below {@code a/}.
 */
final class LocalStorageProvider implements StorageProvider {
    private static final int ADVISED_CONCURRENCY = 8;

    private final Path root;
    private final LocalErrors errors;
    private final Uploads uploads;
    private final Publication publication;
    private final FolderNames folderNames;

    /** The folder is created at the first put, not here. */
    LocalStorageProvider(Path root, Clock clock, boolean hardLinks) throws IOException {
        this.root = root;
        this.errors = new LocalErrors(root);
        this.uploads = new Uploads(root.resolve(ObjectKeys.RESERVED), errors);
        this.publication = new Publication(root, hardLinks);
        this.folderNames = new FolderNames(clock);
        uploads.removeStale(clock.instant());
    }

    @Override
    public StorageReceipt put(String key, ContentSource content, PutOptions options) throws IOException {
        Path target = path(key);
        requireFolder();
        long length = content.length();
        if (options.ifAbsent() && stat(key).isPresent()) {
            throw exists(key);
        }
        Path temporary = uploads.write(key, content, length);
        try {
            if (!publication.publish(temporary, target, options.ifAbsent())) {
                throw exists(key);
            }
        } catch (IOException e) {
            throw errors.translate("put", key, e);
        } finally {
            uploads.discard(temporary);
        }
        return new StorageReceipt(length, Optional.empty(), Optional.empty());
    }

    private PreconditionFailedException exists(String key) {
        return new PreconditionFailedException(
                StorageConfig.FILE, key, "\"" + key + "\" exists already in " + root, null);
    }

    @Override
    public ReadableByteChannel open(String key, ByteRange range) throws IOException {
        Path path = path(key);
        if (stat(key).isEmpty()) {
            throw missing(key, null);
        }
        try {
            FileChannel file = FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
            try {
                requireLength(key, range, file.size());
                return new FileRangeChannel(file, range, key, errors);
            } catch (IOException | RuntimeException e) {
                file.close();
                throw e;
            }
        } catch (NoSuchFileException e) {
            throw missing(key, e);
        } catch (IOException e) {
            throw errors.translate("read", key, e);
        }
    }

    private ObjectNotFoundException missing(String key, @Nullable IOException cause) {
        return new ObjectNotFoundException(
                StorageConfig.FILE, key, "There is no object \"" + key + "\" in " + root, cause);
    }

    private void requireLength(String key, ByteRange range, long length) throws DataIntegrityException {
        if (range.end() > length) {
            String message = "\"" + key + "\" in " + root + " has " + length + " bytes, too few for " + range;
            throw new DataIntegrityException(key, length, message, null);
        }
    }

    @Override
    public Optional<StorageObject> stat(String key) throws IOException {
        Path path = path(key);
        failIfInterrupted();
        try {
            requireFolder();
            return Folders.attributes(path)
                    .filter(BasicFileAttributes::isRegularFile)
                    .map(found -> KeyWalk.describe(key, found));
        } catch (IOException e) {
            throw errors.translate("look up", key, e);
        }
    }

    @Override
    public StoragePage list(ListOptions options) throws IOException {
        failIfInterrupted();
        try {
            requireFolder();
            // One more than asked for tells whether this is the last page.
            List<StorageObject> found = new KeyWalk(root, folderNames, options, options.limit() + 1).run();
            if (found.size() <= options.limit()) {
                return new StoragePage(found, Optional.empty());
            }
            List<StorageObject> page = found.subList(0, options.limit());
            return new StoragePage(page, Optional.of(page.get(page.size() - 1).key()));
        } catch (IOException e) {
            throw errors.translate("list", options.prefix(), e);
        }
    }

    @Override
    public void delete(Collection<String> keys) throws IOException {
        keys.forEach(ObjectKeys::require);
        requireFolder();
        Set<Path> parents = new LinkedHashSet<>();
        for (String key : keys) {
            failIfInterrupted();
            try {
                Path path = path(key);
                if (Folders.deleteFile(path)) {
                    parents.add(Folders.parent(path));
                }
            } catch (IOException e) {
                throw errors.translate("delete", key, e);
            }
        }
        for (Path parent : parents) {
            removeEmpty(parent);
        }
    }

    private void removeEmpty(Path folder) throws IOException {
        try {
            Path left = Folders.removeEmpty(folder, root);
            Folders.sync(left);
        } catch (IOException e) {
            throw errors.translate("delete from", root.relativize(folder).toString(), e);
        }
    }

    @Override
    public Optional<GrantIssuer> grants() {
        return Optional.empty();
    }

    @Override
    public StorageCapabilities capabilities() {
        return new StorageCapabilities(true, false, ADVISED_CONCURRENCY);
    }

    @Override
    public void close() {}

    @Override
    public String toString() {
        return "file://" + root;
    }

    private Path path(String key) {
        return root.resolve(ObjectKeys.require(key));
    }

    /** A folder that does not exist is an empty store; anything else in its place is a mistake. */
    private void requireFolder() throws IOException {
        // In this order, because another thread may be creating it.
        if (Files.exists(root) && !Files.isDirectory(root)) {
            String message = root + " is not a folder; store to another path, or move away what is there";
            throw new StorageRequestException(StorageConfig.FILE, "", message, null);
        }
    }

    private static void failIfInterrupted() throws InterruptedIOException {
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("Interrupted");
        }
    }
}
