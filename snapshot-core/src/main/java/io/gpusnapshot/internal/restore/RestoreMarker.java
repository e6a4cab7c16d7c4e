package io.gpusnapshot.internal.restore;

import io.gpusnapshot.error.SnapshotConflictException;
import io.gpusnapshot.internal.scan.RestoreLeftovers;
import io.gpusnapshot.model.SnapshotId;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The file that stands in a workspace from the start of a restore to its success. It says which snapshot is being
 * restored, keeps two restores out of each other's way, and tells a later create that the workspace is not complete.
 */
final class RestoreMarker implements Closeable {
    private final Path path;
    private final FileChannel channel;

    private RestoreMarker(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /**
     * Sets the marker, or takes over that of a restore that has ended without success.
     *
     * @throws SnapshotConflictException if a restore into this workspace is under way
     */
    static RestoreMarker set(Path workspace, SnapshotId snapshot) throws IOException {
        Path path = workspace.resolve(RestoreLeftovers.MARKER);
        while (true) {
            FileChannel channel = open(path);
            try {
                if (lock(channel) == null) {
                    throw new SnapshotConflictException(
                            workspace.toString(),
                            "Another restore into " + workspace + " is under way; wait for it or stop it",
                            null);
                }
                if (write(channel, snapshot, path)) {
                    return new RestoreMarker(path, channel);
                }
                channel.close();
            } catch (IOException | RuntimeException failed) {
                channel.close();
                throw failed;
            }
        }
    }

    private static FileChannel open(Path path) throws IOException {
        return FileChannel.open(
                path, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
    }

    /**
     * Writes what the marker says. Between our opening it and our locking it another restore may have ended and removed
     * it; what we hold then has no name, which shows when our words are not found under it.
     *
     * @return whether the marker stands
     */
    private static boolean write(FileChannel channel, SnapshotId snapshot, Path path) throws IOException {
        byte[] text = ("{\"snapshot\":\"" + snapshot + "\",\"restore\":\"" + UUID.randomUUID() + "\"}\n")
                .getBytes(StandardCharsets.UTF_8);
        channel.truncate(0);
        channel.write(ByteBuffer.wrap(text));
        try {
            return Arrays.equals(Files.readAllBytes(path), text);
        } catch (NoSuchFileException removed) {
            return false;
        }
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException inThisProcess) {
            return null;
        }
    }

    /** The restore has succeeded. */
    void remove() throws IOException {
        Files.delete(path);
    }

    /** Gives up the lock; the marker stays unless it was removed. */
    @Override
    public void close() throws IOException {
        channel.close();
    }
}
