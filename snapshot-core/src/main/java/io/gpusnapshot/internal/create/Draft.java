package io.gpusnapshot.internal.create;

import io.gpusnapshot.internal.format.ChunkId;
import io.gpusnapshot.model.Extent;
import io.gpusnapshot.model.FileContent;
import io.gpusnapshot.model.RawPath;
import io.gpusnapshot.model.WorkspaceEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/** An entry on its way into the manifest, complete but for the places of its chunks. */
sealed interface Draft extends BatchItem {
    /** An entry without content. */
    record Plain(WorkspaceEntry entry) implements Draft {}

    /** A small file that lies in the chunk of its batch. */
    record InSharedChunk(WorkspaceEntry entry, int chunkOffset) implements Draft {}

    /**
     * A file that was not read because nothing about it has changed.
     *
     * @param chunks identities of the chunks of the extents
     */
    record Unchanged(WorkspaceEntry entry, List<ChunkId> chunks) implements Draft {
        FileContent relocated(ToIntFunction<ChunkId> indexOf) {
            FileContent content = entry.content();
            List<Extent> extents = new ArrayList<>(chunks.size());
            for (int i = 0; i < chunks.size(); i++) {
                Extent old = content.extents().get(i);
                extents.add(new Extent(
                        old.fileOffset(), indexOf.applyAsInt(chunks.get(i)), old.chunkOffset(), old.length()));
            }
            return new FileContent(content.sizeBytes(), extents, content.linkGroup(), false);
        }
    }

    /** A further name of a file whose first name has been read. */
    record HardLink(WorkspaceEntry entry) implements Draft {}

    /** An entry that could not be read. */
    record Skipped(RawPath path, String reason) implements Draft {}
}
