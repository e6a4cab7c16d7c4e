package io.gpusnapshot.internal.format;

import io.gpusnapshot.model.WorkspaceEntry;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The entries of a manifest in walk order, and the chunks that they refer to. Belongs to one thread. */
public interface EntrySource {
    List<StoredChunk> chunks();

    /** Returns the next entry, or null after the last. */
    @Nullable
    WorkspaceEntry nextEntry() throws IOException;

    /** Entries that are in memory. */
    static EntrySource of(List<StoredChunk> chunks, List<WorkspaceEntry> entries) {
        return new EntrySource() {
            private int next;

            @Override
            public List<StoredChunk> chunks() {
                return chunks;
            }

            @Override
            public @Nullable WorkspaceEntry nextEntry() {
                return next < entries.size() ? entries.get(next++) : null;
            }
        };
    }
}
