package io.gpusnapshot.internal.restore;

import io.gpusnapshot.internal.posix.PosixCalls;
import io.gpusnapshot.internal.posix.PosixCalls.ProcessIdentity;
import io.gpusnapshot.internal.posix.RawNames;
import io.gpusnapshot.internal.transfer.ProgressMeter;
import io.gpusnapshot.model.EntryMetadata;
import io.gpusnapshot.model.EntryType;
import io.gpusnapshot.model.ExtendedAttribute;
import io.gpusnapshot.model.RawPath;
import io.gpusnapshot.model.WorkspaceEntry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Gives entries their metadata. Thread-safe. */
final class MetadataWriter {
    private final PosixCalls posix;
    private final ProgressMeter progress;
    private final ProcessIdentity identity;

    MetadataWriter(PosixCalls posix, ProgressMeter progress) {
        this.posix = posix;
        this.progress = progress;
        this.identity = posix.identity();
    }

    /**
     * Applies everything, the time last because the rest changes it.
     *
     * @param file where the entry is, under its temporary name or its own
     * @param fresh whether it was made by this restore, so that it has no attributes to remove
     */
    void apply(WorkspaceEntry entry, Path file, boolean fresh) throws IOException {
        EntryMetadata metadata = entry.metadata();
        if (entry.type() != EntryType.SYMLINK) {
            applyAttributes(entry.path(), file, metadata.attributes(), fresh);
        }
        if (identity.isSuperuser()) {
            posix.setOwner(file, metadata.userId(), metadata.groupId());
        }
        if (entry.type() != EntryType.SYMLINK) {
            // After the owner, since changing that clears setuid and setgid.
            posix.setMode(file, metadata.mode());
        }
        posix.setModified(file, metadata.modified());
    }

    /**
     * Applies everything to a file that this restore has just made in a directory that it has made too. Such a file
     * already has the owner and often the mode that it needs, which saves a third of the system calls of a small file.
     */
    void applyToNewFile(WorkspaceEntry entry, Path file) throws IOException {
        EntryMetadata metadata = entry.metadata();
        boolean ours = metadata.userId() == identity.userId() && metadata.groupId() == identity.groupId();
        if ((identity.isSuperuser() && !ours) || metadata.mode() != identity.fileMode()) {
            apply(entry, file, true);
        } else {
            applyAttributes(entry.path(), file, metadata.attributes(), true);
            posix.setModified(file, metadata.modified());
        }
    }

    private void applyAttributes(RawPath path, Path file, List<ExtendedAttribute> wanted, boolean fresh)
            throws IOException {
        if (!fresh) {
            removeOthers(file, wanted);
        }
        for (ExtendedAttribute attribute : wanted) {
            try {
                posix.writeAttribute(file, attribute);
            } catch (IOException unsupported) {
                progress.warn(
                        path, "extended attribute " + attribute.name() + " cannot be set: " + unsupported.getMessage());
            }
        }
    }

    private void removeOthers(Path file, List<ExtendedAttribute> wanted) throws IOException {
        for (ExtendedAttribute present : posix.readExtendedAttributes(RawNames.rawPath(file))) {
            if (wanted.stream().noneMatch(attribute -> attribute.name().equals(present.name()))) {
                posix.removeAttribute(file, present.name());
            }
        }
    }
}
