package io.gpusnapshot.internal.restore;

import io.gpusnapshot.internal.posix.PosixCalls;
import io.gpusnapshot.internal.posix.RawNames;
import io.gpusnapshot.internal.posix.UnixAttributes;
import io.gpusnapshot.internal.scan.RestoreLeftovers;
import io.gpusnapshot.model.RawPath;
import io.gpusnapshot.model.WorkspaceEntry;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A directory of the target while it is being filled. It gets its metadata when the planner has left it and the last
 * entry in it is finished, since every entry made in it changes its time.
 */
final class DirectoryNode {
    /** While a directory is filled, its owner must be able to write it, whatever its final mode. */
    private static final int FILLING_MODE = 0700;

    private final @Nullable DirectoryNode parent;
    private final WorkspaceEntry entry;
    private final Path path;
    /** One for the planner, which is still in it, and one for each unfinished entry. */
    private final AtomicInteger open = new AtomicInteger(1);
    /** Names that stood here before and have not been met in the manifest yet. */
    private final Set<RawPath> unmet = new HashSet<>();

    private final boolean selected;
    private boolean exists;
    private boolean fresh;
    /** Mode of a directory that stood here before and had to be opened for filling. */
    private OptionalInt closedMode = OptionalInt.empty();

    /**
     * @param selected whether the restore is about the directory itself, not only about something in it
     */
    DirectoryNode(@Nullable DirectoryNode parent, WorkspaceEntry entry, Path path, boolean selected) {
        this.parent = parent;
        this.entry = entry;
        this.path = path;
        this.selected = selected;
    }

    @Nullable
    DirectoryNode parent() {
        return parent;
    }

    WorkspaceEntry entry() {
        return entry;
    }

    Path path() {
        return path;
    }

    /** Whether the planner has made sure that the directory exists. */
    boolean exists() {
        return exists;
    }

    /** Whether this restore has made it. */
    boolean isFresh() {
        return fresh;
    }

    /** Tells that an earlier round of this restore has made it. */
    void markFresh() {
        fresh = true;
    }

    /** Whether the restore is about the directory itself. */
    boolean isSelected() {
        return selected;
    }

    boolean wantsMetadata() {
        return selected || fresh;
    }

    /** The mode to give back to a directory that the restore is not about. */
    OptionalInt closedMode() {
        return closedMode;
    }

    /** Names of former content that the manifest has not mentioned so far. */
    Set<RawPath> unmet() {
        return unmet;
    }

    /** Makes the directory, or takes stock of it if it is there; directories above it come first. */
    void ensureExists(PosixCalls posix) throws IOException {
        if (exists) {
            return;
        }
        if (parent != null) {
            parent.ensureExists(posix);
            parent.entryStarted();
        }
        try {
            Files.createDirectory(path);
            fresh = true;
            posix.setMode(path, FILLING_MODE);
        } catch (FileAlreadyExistsException present) {
            takeStock(posix);
        }
        exists = true;
    }

    private void takeStock(PosixCalls posix) throws IOException {
        UnixAttributes attributes = UnixAttributes.read(path);
        if (!attributes.isDirectory()) {
            throw new FileAlreadyExistsException(path.toString());
        }
        if ((attributes.mode() & FILLING_MODE) != FILLING_MODE
                && !posix.identity().isSuperuser()) {
            posix.setMode(path, attributes.mode() | FILLING_MODE);
            closedMode = OptionalInt.of(attributes.mode());
        }
        try (DirectoryStream<Path> children = Files.newDirectoryStream(path)) {
            for (Path child : children) {
                byte[] name = RawNames.bytes(child.getFileName());
                boolean marker = entry.path().isRoot() && RestoreLeftovers.isMarker(name);
                if (!marker) {
                    unmet.add(RawPath.ofBytes(name));
                }
            }
        } catch (DirectoryIteratorException failed) {
            throw failed.getCause();
        }
    }

    /** Whether something of this name stood here before; asked once per entry of the manifest. */
    boolean meet(RawPath name) {
        return !unmet.isEmpty() && unmet.remove(name);
    }

    boolean hadPart(byte[] partName) {
        return !unmet.isEmpty() && unmet.remove(RawPath.ofBytes(partName));
    }

    void entryStarted() {
        open.incrementAndGet();
    }

    /**
     * Counts an entry as finished, or the planner as gone.
     *
     * @return whether the directory can have its metadata now
     */
    boolean entryFinished() {
        return open.decrementAndGet() == 0;
    }
}
