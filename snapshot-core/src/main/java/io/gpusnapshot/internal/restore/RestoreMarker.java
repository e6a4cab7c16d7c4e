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
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
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
        FileChannel channel = FileChannel.open(
                path, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
        try {
            if (lock(channel) == null) {
                throw new SnapshotConflictException(
                        workspace.toString(),
                        "Another restore into " + workspace + " is under way; wait for it or stop it",
                        null);
            }
            channel.truncate(0);
            String text = "{\"snapshot\":\"" + snapshot + "\"}\n";
            channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        } catch (IOException | RuntimeException failed) {
            channel.close();
            throw failed;
        }
        return new RestoreMarker(path, channel);
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
