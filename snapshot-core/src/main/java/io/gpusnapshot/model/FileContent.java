package io.gpusnapshot.model;

import java.util.List;
import java.util.OptionalLong;

/**
 * The content of a regular file.
 *
 * @param sizeBytes length of the file, holes included
 * @param extents in ascending order of file offset, without overlap
 * @param linkGroup number shared by all entries that are hard links to one file; empty for a file of one name
 * @param changedWhileRead whether the file kept changing while it was read, so that its content may mix two states
 */
public record FileContent(long sizeBytes, List<Extent> extents, OptionalLong linkGroup, boolean changedWhileRead) {
    /** What entries other than files have. */
    public static final FileContent NOTHING = new FileContent(0, List.of(), OptionalLong.empty(), false);

    public FileContent {
        extents = List.copyOf(extents);
    }
}
