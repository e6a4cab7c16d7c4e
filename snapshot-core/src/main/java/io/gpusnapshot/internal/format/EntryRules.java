package io.gpusnapshot.internal.format;

import io.gpusnapshot.internal.scan.RestoreLeftovers;
import io.gpusnapshot.model.EntryType;
import io.gpusnapshot.model.Extent;
import io.gpusnapshot.model.RawPath;
import io.gpusnapshot.model.WorkspaceEntry;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What entries of a manifest must obey, whoever wrote it. A manifest is data from outside: after these checks no path
 * leaves the workspace, none passes through a symbolic link, and no extent reaches beyond its chunk.
 */
final class EntryRules {
    private static final String USER_NAMESPACE = "user.";

    private final List<StoredChunk> chunks;
    private final Deque<RawPath> openDirectories = new ArrayDeque<>();
    private @Nullable RawPath previous;

    EntryRules(List<StoredChunk> chunks) {
        this.chunks = chunks;
    }

    /**
     * @throws IllegalArgumentException if the entry may not stand here
     */
    void check(WorkspaceEntry entry) {
        checkPath(entry.path());
        checkName(entry.path());
        checkPlace(entry);
        if ((entry.type() == EntryType.SYMLINK) != entry.linkTarget().isPresent()) {
            throw new IllegalArgumentException("a target belongs to symlinks, and to them alone: " + entry.path());
        }
        entry.linkTarget().ifPresent(target -> checkTarget(entry.path(), target));
        entry.metadata().attributes().forEach(attribute -> checkAttribute(entry, attribute.name()));
        checkExtents(entry);
    }

    private static void checkPath(RawPath path) {
        if (hasNul(path)) {
            throw unsafe(path);
        }
        int start = 0;
        for (int i = 0; i <= path.length(); i++) {
            if (i == path.length() || path.byteAt(i) == '/') {
                if (!path.isRoot()) {
                    checkSegment(path, start, i);
                }
                start = i + 1;
            }
        }
    }

    private static void checkSegment(RawPath path, int start, int end) {
        int length = end - start;
        boolean dot = length == 1 && path.byteAt(start) == '.';
        boolean dotDot = length == 2 && path.byteAt(start) == '.' && path.byteAt(start + 1) == '.';
        if (length == 0 || dot || dotDot) {
            throw unsafe(path);
        }
    }

    /** Walks leave these names out; restored, they would meet those that the restore itself uses. */
    private static void checkName(RawPath path) {
        byte[] name = path.name();
        if (RestoreLeftovers.isPart(name) || (path.parent().isRoot() && RestoreLeftovers.isMarker(name))) {
            throw new UnsafePathException(path, "is a name that only a restore may use");
        }
    }

    private static UnsafePathException unsafe(RawPath path) {
        return new UnsafePathException(path, "is empty in part, absolute, or holds \".\", \"..\" or NUL");
    }

    /** Entries come in walk order, each below a directory that has its own entry. */
    private void checkPlace(WorkspaceEntry entry) {
        RawPath path = entry.path();
        if (previous == null) {
            if (!path.isRoot() || entry.type() != EntryType.DIRECTORY) {
                throw new IllegalArgumentException("the first entry is not the workspace's root: " + path);
            }
        } else if (previous.compareTo(path) >= 0) {
            throw new IllegalArgumentException("entries are not in walk order: " + path + " after " + previous);
        } else {
            leaveDirectoriesThatEnded(path);
            if (!path.parent().equals(openDirectories.peek())) {
                throw new UnsafePathException(path, "lies below something that is not a directory");
            }
        }
        previous = path;
        if (entry.type() == EntryType.DIRECTORY) {
            openDirectories.push(path);
        }
    }

    private void leaveDirectoriesThatEnded(RawPath path) {
        RawPath directory = openDirectories.peek();
        while (directory != null && !path.isInside(directory)) {
            openDirectories.pop();
            directory = openDirectories.peek();
        }
    }

    private static void checkTarget(RawPath path, RawPath target) {
        if (target.length() == 0 || hasNul(target)) {
            throw new IllegalArgumentException("the target of " + path + " is empty or holds NUL: " + target);
        }
    }

    /** Other namespaces are the system's: a capability or an access list is not for a manifest to give. */
    private static void checkAttribute(WorkspaceEntry entry, RawPath name) {
        boolean user =
                name.length() > USER_NAMESPACE.length() && name.toString().startsWith(USER_NAMESPACE);
        if (!user || hasNul(name)) {
            throw new IllegalArgumentException("\"" + name + "\" of " + entry.path() + " is no user attribute");
        }
    }

    private static boolean hasNul(RawPath text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.byteAt(i) == 0) {
                return true;
            }
        }
        return false;
    }

    private void checkExtents(WorkspaceEntry entry) {
        long end = 0;
        for (Extent extent : entry.content().extents()) {
            boolean inFile = extent.fileOffset() >= end
                    && extent.length() > 0
                    && extent.fileOffset() <= entry.content().sizeBytes() - extent.length();
            if (!inFile || !inChunk(extent)) {
                throw new IllegalArgumentException("extent out of bounds in " + entry.path() + ": " + extent);
            }
            end = extent.fileEnd();
        }
    }

    private boolean inChunk(Extent extent) {
        return extent.chunk() >= 0
                && extent.chunk() < chunks.size()
                && extent.chunkOffset() >= 0
                && extent.chunkOffset() <= chunks.get(extent.chunk()).rawBytes() - extent.length();
    }
}
