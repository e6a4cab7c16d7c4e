package io.gpusnapshot.internal.create;

import io.gpusnapshot.internal.format.ChunkId;
import io.gpusnapshot.internal.format.ManifestReader;
import io.gpusnapshot.internal.posix.UnixAttributes;
import io.gpusnapshot.internal.scan.ScannedEntry;
import io.gpusnapshot.model.ChangeStamp;
import io.gpusnapshot.model.EntryType;
import io.gpusnapshot.model.RawPath;
import io.gpusnapshot.model.WorkspaceEntry;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The parent's entries, read alongside the walk: both come in walk order, so that finding an entry is a merge and needs
 * no memory. Belongs to one thread.
 */
final class ParentSnapshot implements Closeable {
    private final ManifestReader manifest;
    private @Nullable WorkspaceEntry current;

    ParentSnapshot(ManifestReader manifest) throws IOException {
        this.manifest = manifest;
        this.current = manifest.nextEntry();
    }

    /** The parent's record of a file that has not been touched since. Paths must be asked for in walk order. */
    Optional<WorkspaceEntry> unchanged(ScannedEntry scanned) throws IOException {
        WorkspaceEntry entry = find(scanned.path());
        return entry != null && isUnchanged(entry, scanned.attributes()) ? Optional.of(entry) : Optional.empty();
    }

    private @Nullable WorkspaceEntry find(RawPath path) throws IOException {
        WorkspaceEntry entry = current;
        while (entry != null && entry.path().compareTo(path) < 0) {
            entry = manifest.nextEntry();
            current = entry;
        }
        return entry != null && entry.path().equals(path) ? entry : null;
    }

    private static boolean isUnchanged(WorkspaceEntry entry, UnixAttributes now) {
        ChangeStamp stamp = entry.stamp();
        return stamp.isReliable()
                && entry.type() == EntryType.FILE
                && now.isRegularFile()
                && !entry.content().changedWhileRead()
                && entry.content().sizeBytes() == now.sizeBytes()
                && entry.metadata().modified().equals(now.modified())
                && stamp.inode() == now.inode()
                && stamp.statusChanged().equals(now.statusChanged());
    }

    /**
     * Reads what is left, to prove that everything taken from the manifest was right.
     *
     * @throws io.gpusnapshot.error.DataIntegrityException if the manifest is damaged
     */
    void requireWhole() throws IOException {
        manifest.requireWhole();
    }

    /** Identity of a chunk by its index in the parent's table. */
    ChunkId chunkId(int index) {
        return manifest.chunks().get(index).id();
    }

    @Override
    public void close() throws IOException {
        manifest.close();
    }
}
