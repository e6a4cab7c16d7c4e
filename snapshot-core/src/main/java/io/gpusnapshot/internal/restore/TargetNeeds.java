package io.gpusnapshot.internal.restore;

import io.gpusnapshot.error.WorkspaceException;
import io.gpusnapshot.internal.posix.RawNames;
import io.gpusnapshot.internal.posix.UnixAttributes;
import io.gpusnapshot.internal.scan.RestoreLeftovers;
import io.gpusnapshot.model.EntryType;
import io.gpusnapshot.model.Extent;
import io.gpusnapshot.model.RawPath;
import io.gpusnapshot.model.WorkspaceEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;

/** Holds the entries of a manifest, in walk order, against the target: is there an obstacle, what needs room? */
final class TargetNeeds {
    /** Files take whole blocks. */
    private static final int BLOCK_BYTES = 4096;

    private final Optional<Path> target;
    private final boolean mayReplaceTrees;
    private final String tag;
    private final boolean resumes;
    /** Directories around the current entry that are not selected and have not been looked at. */
    private final Deque<WorkspaceEntry> unchecked = new ArrayDeque<>();

    private final Set<Long> linkGroups = new HashSet<>();
    private RawPath absent = RawPath.ROOT;
    private long entries;
    private long bytes;
    private long newBytes;
    private long newEntries;

    /**
     * @param target the target if there is anything in it
     * @param tag what tells temporary names of this snapshot from another's
     */
    TargetNeeds(Optional<Path> target, boolean mayReplaceTrees, String tag) {
        this.target = target;
        this.mayReplaceTrees = mayReplaceTrees;
        this.tag = tag;
        this.resumes = target.isPresent()
                && Files.exists(target.get().resolve(RestoreLeftovers.MARKER), LinkOption.NOFOLLOW_LINKS);
        // The marker takes an inode for as long as the restore runs.
        this.newEntries = resumes ? 0 : 1;
    }

    /** Selected entries. */
    long entries() {
        return entries;
    }

    /** Sum of the sizes of selected files. */
    long bytes() {
        return bytes;
    }

    /** Bytes of data that selected files need beyond what stands in the target. */
    long newBytes() {
        return newBytes;
    }

    /** Inodes they need. */
    long newEntries() {
        return newEntries;
    }

    /** An entry that is not selected. */
    void pass(WorkspaceEntry entry) {
        leaveDirectories(entry.path());
        if (entry.type() == EntryType.DIRECTORY && !entry.path().isRoot()) {
            unchecked.push(entry);
        }
    }

    /**
     * A selected entry.
     *
     * @param number place of the entry in the manifest
     * @throws WorkspaceException if something of another kind stands in its place or above it
     */
    void take(WorkspaceEntry entry, long number) throws IOException {
        leaveDirectories(entry.path());
        for (Iterator<WorkspaceEntry> above = unchecked.descendingIterator(); above.hasNext(); ) {
            compare(above.next());
        }
        unchecked.clear();
        entries++;
        bytes += entry.content().sizeBytes();
        long present = compare(entry);
        boolean furtherName = entry.content().linkGroup().isPresent()
                && !linkGroups.add(entry.content().linkGroup().getAsLong());
        if (!furtherName) {
            newBytes += Math.max(0, blocks(entry) - present - partBytes(entry, number));
        }
    }

    private void leaveDirectories(RawPath path) {
        while (!unchecked.isEmpty() && !path.isInside(unchecked.peek().path())) {
            unchecked.pop();
        }
    }

    /** Returns how many bytes stand in the entry's place. */
    private long compare(WorkspaceEntry entry) throws IOException {
        Optional<UnixAttributes> existing = existing(entry.path());
        if (existing.isEmpty()) {
            newEntries += entry.path().isRoot() ? 0 : 1;
            return 0;
        }
        checkKind(entry, existing.get());
        return existing.get().sizeBytes();
    }

    private static long blocks(WorkspaceEntry entry) {
        long data = entry.content().extents().stream().mapToLong(Extent::length).sum();
        return (data + BLOCK_BYTES - 1) / BLOCK_BYTES * BLOCK_BYTES;
    }

    /** What an interrupted restore has left of a file, so that a disk too small for two copies can be resumed on. */
    private long partBytes(WorkspaceEntry entry, long number) throws IOException {
        RawPath path = entry.path();
        boolean none = !resumes || entry.type() != EntryType.FILE || isBelowAbsent(path);
        if (none) {
            return 0;
        }
        RawPath part = path.parent().child(RestoreLeftovers.partName(tag, number));
        try {
            return UnixAttributes.read(RawNames.resolve(target.orElseThrow(), part))
                    .sizeBytes();
        } catch (NoSuchFileException missing) {
            return 0;
        }
    }

    /** What stands in the target; asks the file system only below directories that exist. */
    private Optional<UnixAttributes> existing(RawPath path) throws IOException {
        if (target.isEmpty() || isBelowAbsent(path)) {
            return Optional.empty();
        }
        try {
            return Optional.of(UnixAttributes.read(RawNames.resolve(target.get(), path)));
        } catch (NoSuchFileException missing) {
            absent = path;
            return Optional.empty();
        }
    }

    private boolean isBelowAbsent(RawPath path) {
        return !absent.isRoot() && path.isInside(absent);
    }

    private void checkKind(WorkspaceEntry entry, UnixAttributes existing) throws WorkspaceException {
        boolean wantsDirectory = entry.type() == EntryType.DIRECTORY;
        if (wantsDirectory != existing.isDirectory() && !mayReplaceTrees) {
            throw new WorkspaceException(
                    WorkspaceException.Reason.OCCUPIED,
                    entry.path().toString(),
                    "In the workspace, \"" + entry.path() + "\" is a " + existing.typeName()
                            + ", but the snapshot has a "
                            + entry.type().id()
                            + " there; move it away, restore into another directory, or allow extraneous entries"
                            + " to be deleted",
                    null);
        }
        if (!existing.isDirectory()) {
            absent = entry.path();
        }
    }
}
