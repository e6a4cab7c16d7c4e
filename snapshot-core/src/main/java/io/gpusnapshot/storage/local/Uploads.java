package io.gpusnapshot.storage.local;

import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.storage.ContentSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Files that are being written, under names that no key can have. */
final class Uploads {
    private static final Logger LOG = LoggerFactory.getLogger(Uploads.class);
    private static final String SUFFIX = ".tmp";

    /** A living upload touches its file all the time, so what is older was left behind by a crash. */
    private static final Duration STALE_AFTER = Duration.ofHours(24);

    /** Larger writes are slower on some file systems, as those of a restore. */
    private static final int BUFFER_BYTES = 256 << 10;

    private static final int POOLED_BUFFERS = 8;

    private final Path folder;
    private final LocalErrors errors;
    private final ArrayBlockingQueue<ByteBuffer> buffers = new ArrayBlockingQueue<>(POOLED_BUFFERS);

    Uploads(Path folder, LocalErrors errors) {
        this.folder = folder;
        this.errors = errors;
    }

    /** Writes content to a new file and makes it durable. On failure nothing is left. */
    Path write(String key, ContentSource content, long length) throws IOException {
        Path file = folder.resolve(UUID.randomUUID() + SUFFIX);
        boolean written = false;
        try (FileChannel channel = create(key, file)) {
            copy(key, content, length, channel);
            sync(key, channel);
            written = true;
        } finally {
            if (!written) {
                discard(file);
            }
        }
        return file;
    }

    private FileChannel create(String key, Path file) throws IOException {
        try {
            Folders.createDurably(folder);
            return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw errors.translate("put", key, e);
        }
    }

    private void copy(String key, ContentSource content, long length, FileChannel file) throws IOException {
        ByteBuffer pooled = buffers.poll();
        ByteBuffer buffer = pooled == null ? ByteBuffer.allocateDirect(BUFFER_BYTES) : pooled;
        try (ReadableByteChannel source = content.open(0)) {
            long received = 0;
            boolean more = true;
            while (more) {
                more = fill(source, buffer.clear());
                received += buffer.flip().remaining();
                requireLength(key, length, received, more);
                write(key, file, buffer);
            }
        } finally {
            // A full pool leaves the buffer to the garbage collector.
            buffers.offer(buffer);
        }
    }

    /** Fills a buffer, because a source may hand out much less at a time than is good for a disk. */
    private static boolean fill(ReadableByteChannel source, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            if (source.read(buffer) < 0) {
                return false;
            }
        }
        return true;
    }

    private static void requireLength(String key, long length, long received, boolean more)
            throws DataIntegrityException {
        if (received > length || (!more && received < length)) {
            String message = "The content of \"" + key + "\" should have " + length + " bytes, but has "
                    + (more ? "at least " : "") + received;
            throw new DataIntegrityException(key, Math.min(length, received), message, null);
        }
    }

    private void write(String key, FileChannel file, ByteBuffer buffer) throws IOException {
        try {
            while (buffer.hasRemaining()) {
                file.write(buffer);
            }
        } catch (IOException e) {
            throw errors.translate("put", key, e);
        }
    }

    private void sync(String key, FileChannel file) throws IOException {
        try {
            file.force(true);
        } catch (IOException e) {
            throw errors.translate("put", key, e);
        }
    }

    /** Removes what is left of an upload. It never fails: whatever stays is stale tomorrow. */
    void discard(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.debug("Cannot remove {}", file, e);
        }
    }

    /** Removes what crashed processes left. It never fails: a store that cannot be written to can still be read. */
    void removeStale(Instant now) {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
            for (Path file : files) {
                if (Files.getLastModifiedTime(file).toInstant().isBefore(now.minus(STALE_AFTER))) {
                    discard(file);
                }
            }
        } catch (IOException e) {
            LOG.debug("Cannot look for stale uploads in {}", folder, e);
        }
    }
}
