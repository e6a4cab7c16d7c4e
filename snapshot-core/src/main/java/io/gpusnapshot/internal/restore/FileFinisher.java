package io.gpusnapshot.internal.restore;

import io.gpusnapshot.error.WorkspaceException;
import io.gpusnapshot.internal.posix.RawNames;
import io.gpusnapshot.internal.posix.UnixAttributes;
import io.gpusnapshot.model.RawPath;
import io.gpusnapshot.model.SyncPolicy;
import io.gpusnapshot.model.WorkspaceEntry;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Brings entries to their end: names for files, links to them, metadata for directories that are full. Thread-safe. */
final class FileFinisher {
    private final RestoreContext context;
    private final LinkGroups links;
    private final boolean syncEachFile;
    private final Set<TargetFile> begun = ConcurrentHashMap.newKeySet();

    FileFinisher(RestoreContext context, LinkGroups links) {
        this.context = context;
        this.links = links;
        this.syncEachFile =
                context.job().sync() == SyncPolicy.FILES && context.sync().isEmpty();
    }

    /** A file that will be settled extent by extent, or abandoned. */
    void begin(TargetFile file) {
        begun.add(file);
    }

    /** Closes and names what a job that stopped has left open. */
    void abandonAll() throws IOException {
        for (TargetFile file : begun) {
            file.abandon();
            context.progress().warn(file.entry().path(), "is not finished; restore again to complete it");
        }
    }

    /** Counts one extent of a file as settled and ends the file if it was the last. */
    void settle(TargetFile file) throws IOException {
        if (file.settle()) {
            end(file);
        }
    }

    /** Ends a file all of whose extents are settled. */
    void end(TargetFile file) throws IOException {
        begun.remove(file);
        Exception failure = file.failure();
        if (failure == null) {
            failure = complete(file);
        } else {
            file.abandon();
        }
        if (failure == null) {
            succeeded(file);
        } else {
            failed(file, failure);
        }
        context.progress().addEntries(1);
        entryFinished(file.directory());
    }

    private @Nullable Exception complete(TargetFile file) throws IOException {
        try {
            boolean kept = file.complete(context.posix(), context.metadata(), syncEachFile);
            if (kept) {
                context.tally().filesKept.increment();
            }
            return null;
        } catch (IOException failed) {
            rethrowIfHopeless(file.entry().path(), failed);
            return failed;
        }
    }

    private void succeeded(TargetFile file) throws IOException {
        context.tally().files.increment();
        if (file.entry().content().linkGroup().isPresent()) {
            long group = file.entry().content().linkGroup().getAsLong();
            for (LinkGroups.Follower follower : links.done(group, file)) {
                link(follower, file);
            }
        }
    }

    private void failed(TargetFile file, Exception cause) throws IOException {
        unfinished(file.entry().path(), cause);
        if (file.entry().content().linkGroup().isPresent()) {
            long group = file.entry().content().linkGroup().getAsLong();
            for (LinkGroups.Follower follower : links.failed(group, cause)) {
                linkFailed(follower, cause);
            }
        }
    }

    private void unfinished(RawPath path, Exception cause) {
        context.tally().unfinished(path, cause);
        context.progress().warn(path, "could not be restored: " + cause.getMessage());
    }

    /** Makes a further name of a file that stands. */
    void link(LinkGroups.Follower follower, TargetFile file) throws IOException {
        WorkspaceEntry entry = follower.entry();
        Path path = RawNames.resolve(follower.directory().path(), entry.path().name());
        try {
            if (!isSameFile(path, file.path())) {
                Files.createLink(follower.part(), file.path());
                Files.move(follower.part(), path, StandardCopyOption.ATOMIC_MOVE);
            }
            context.tally().files.increment();
        } catch (IOException failed) {
            rethrowIfHopeless(entry.path(), failed);
            unfinished(entry.path(), failed);
        }
        context.progress().addEntries(1);
        context.progress().addBytes(entry.content().sizeBytes());
        entryFinished(follower.directory());
    }

    void linkFailed(LinkGroups.Follower follower, Exception cause) throws IOException {
        unfinished(follower.entry().path(), cause);
        context.progress().addEntries(1);
        entryFinished(follower.directory());
    }

    private static boolean isSameFile(Path path, Path other) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        UnixAttributes here = UnixAttributes.read(path);
        UnixAttributes there = UnixAttributes.read(other);
        return here.inode() == there.inode() && here.device() == there.device();
    }

    /** An entry of a directory is finished, or the planner has left it. */
    void entryFinished(DirectoryNode directory) throws IOException {
        DirectoryNode node = directory;
        while (node != null && node.entryFinished()) {
            if (!node.entry().path().isRoot()) {
                finish(node);
            }
            node = node.parent();
        }
    }

    /** Brings a directory to its end. */
    void finish(DirectoryNode node) throws IOException {
        applyMetadata(node);
        if (node.isSelected()) {
            context.progress().addEntries(1);
        }
    }

    /** Gives a directory its metadata, unless it was there before and the restore is not about it. */
    void applyMetadata(DirectoryNode node) throws IOException {
        try {
            if (node.wantsMetadata()) {
                context.metadata().apply(node.entry(), node.path(), node.isFresh());
            } else if (node.closedMode().isPresent()) {
                context.posix().setMode(node.path(), node.closedMode().getAsInt());
            }
        } catch (AccessDeniedException denied) {
            // A directory that others own and this user may fill, such as a mount point: what is in it is restored.
            context.progress()
                    .warn(node.entry().path(), "mode and time of the directory cannot be set: permission denied");
        }
    }

    /**
     * Throws if a failure of one file is going to be a failure of all.
     *
     * @throws WorkspaceException if the disk is full or cannot be written at all
     */
    void rethrowIfHopeless(RawPath path, IOException failure) throws IOException {
        if (failure instanceof ClosedByInterruptException) {
            throw failure;
        }
        Optional<WorkspaceException> hopeless = TargetFailures.hopeless(context.root(), path.toString(), failure);
        if (hopeless.isPresent()) {
            throw hopeless.get();
        }
    }
}
