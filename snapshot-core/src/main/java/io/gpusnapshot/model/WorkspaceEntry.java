package io.gpusnapshot.model;

import java.util.Optional;

/**
 * One entry of a workspace as a manifest records it.
 *
 * @param path relative to the workspace
 * @param content {@link FileContent#NOTHING} unless the entry is a file
 * @param linkTarget present for symbolic links only
 */
public record WorkspaceEntry(
        RawPath path,
        EntryType type,
        EntryMetadata metadata,
        ChangeStamp stamp,
        FileContent content,
        Optional<RawPath> linkTarget) {
    /** The same entry with other content. */
    public WorkspaceEntry withContent(FileContent newContent) {
        return new WorkspaceEntry(path, type, metadata, stamp, newContent, linkTarget);
    }
}
