package io.gpusnapshot.internal.create;

import io.gpusnapshot.internal.format.ChunkId;
import io.gpusnapshot.internal.format.ManifestReader;
import io.gpusnapshot.internal.format.StoredChunk;
import io.gpusnapshot.internal.posix.UnixAttributes;
import io.gpusnapshot.model.ChangeStamp;
import io.gpusnapshot.model.EntryType;
import io.gpusnapshot.model.Extent;
import io.gpusnapshot.model.RawPath;
import io.gpusnapshot.model.WorkspaceEntry;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
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

    /** The parent's record of a path. Paths must be asked for in walk order. */
    Optional<WorkspaceEntry> entry(RawPath path) throws IOException {
        return Optional.ofNullable(find(path));
    }

    private @Nullable WorkspaceEntry find(RawPath path) throws IOException {
        WorkspaceEntry entry = current;
        while (entry != null && entry.path().compareTo(path) < 0) {
            entry = manifest.nextEntry();
            current = entry;
        }
        return entry != null && entry.path().equals(path) ? entry : null;
    }

    /** Whether a file has not been touched since. */
    static boolean isUnchanged(WorkspaceEntry entry, UnixAttributes now) {
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

    /** A chunk by its index in the parent's table. Any thread may ask. */
    StoredChunk chunk(int index) {
        return manifest.chunks().get(index);
    }

    /** A run of a file that is a whole chunk. */
    record Run(long fileOffset, StoredChunk chunk) {}

    /** Whether a file of the parent was cut by content: hardly any cut is at a multiple then. */
    boolean isCutByContent(WorkspaceEntry entry) {
        int chunkBytes = manifest.header().summary().chunkBytes();
        return entry.content().extents().stream()
                .anyMatch(extent -> extent.fileOffset() % chunkBytes != 0 && extent.chunkOffset() == 0);
    }

    /**
     * The last run of a file that is a whole chunk.
     *
     * @param maxBytes longer chunks are passed over
     */
    Optional<Run> lastWholeChunk(WorkspaceEntry entry, int maxBytes) {
        List<Extent> extents = entry.content().extents();
        for (int i = extents.size() - 1; i >= 0; i--) {
            Extent extent = extents.get(i);
            StoredChunk chunk = chunk(extent.chunk());
            if (extent.length() == chunk.rawBytes() && chunk.rawBytes() <= maxBytes) {
                return Optional.of(new Run(extent.fileOffset(), chunk));
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() throws IOException {
        manifest.close();
    }
}
