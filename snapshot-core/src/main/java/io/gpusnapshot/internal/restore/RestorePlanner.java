package io.gpusnapshot.internal.restore;

import io.gpusnapshot.error.WorkspaceException;
import io.gpusnapshot.internal.format.EntrySource;
import io.gpusnapshot.internal.posix.RawNames;
import io.gpusnapshot.internal.posix.UnixAttributes;
import io.gpusnapshot.internal.scan.RestoreLeftovers;
import io.gpusnapshot.model.Extent;
import io.gpusnapshot.model.RawPath;
import io.gpusnapshot.model.WorkspaceEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Goes through a manifest, makes directories and links on the way, and gathers the rest into tasks. One thread. */
final class RestorePlanner {
    private static final int PART_MODE = 0600;

    private final RestoreContext context;
    private final LinkGroups links;
    private final FileFinisher finisher;
    private final TaskQueue queue;
    private final String tag;
    private final RangeLimits limits;
    private final List<Extraneous> extraneous = new ArrayList<>();
    /** Directories made in a round that was not the last; they still lack their metadata. */
    private final Set<RawPath> madeEarlier = new HashSet<>();

    private @Nullable DirectoryNode current;
    private @Nullable DirectoryNode root;
    private boolean last;

    /** Something in the target that the snapshot does not have. */
    record Extraneous(DirectoryNode directory, Path path) {}

    RestorePlanner(
            RestoreContext context,
            LinkGroups links,
            FileFinisher finisher,
            TaskQueue queue,
            String tag,
            RangeLimits limits) {
        this.context = context;
        this.links = links;
        this.finisher = finisher;
        this.queue = queue;
        this.tag = tag;
        this.limits = limits;
    }

    /**
     * Plans one round.
     *
     * @param wanted which entries to restore in this round
     * @param finalRound whether this is the last round, in which directories get their metadata
     */
    void plan(EntrySource manifest, Predicate<WorkspaceEntry> wanted, boolean finalRound)
            throws IOException, InterruptedException {
        current = null;
        last = finalRound;
        RangeBuilder ranges = new RangeBuilder(manifest.chunks(), limits, queue);
        long number = 0;
        for (WorkspaceEntry entry = manifest.nextEntry(); entry != null; entry = manifest.nextEntry()) {
            leaveUntilParentOf(entry.path());
            place(entry, number++, wanted.test(entry), ranges);
        }
        ranges.flush();
        leaveUntilParentOf(RawPath.ROOT);
    }

    /** The workspace itself, whose metadata must come last of all. */
    DirectoryNode root() {
        return Objects.requireNonNull(root, "nothing has been planned");
    }

    /** Entries in the target that the snapshot does not have, and temporary files that no restore will need. */
    List<Extraneous> extraneous() {
        return extraneous;
    }

    private void leaveUntilParentOf(RawPath path) throws IOException {
        DirectoryNode node = current;
        while (node != null && !path.isInside(node.entry().path())) {
            if (last && node.exists()) {
                collectExtraneous(node);
                finisher.entryFinished(node);
            } else if (node.isFresh()) {
                madeEarlier.add(node.entry().path());
            }
            node = node.parent();
        }
        current = node;
    }

    private void collectExtraneous(DirectoryNode node) {
        for (RawPath name : node.unmet()) {
            if (context.job().deleteExtraneous() || RestoreLeftovers.isPart(name.bytes())) {
                extraneous.add(new Extraneous(node, RawNames.resolve(node.path(), name.bytes())));
            }
        }
        node.unmet().clear();
    }

    private void place(WorkspaceEntry entry, long number, boolean wanted, RangeBuilder ranges)
            throws IOException, InterruptedException {
        DirectoryNode parent = current;
        if (parent == null) {
            DirectoryNode top = new DirectoryNode(null, entry, context.root(), wanted);
            top.ensureExists(context.posix());
            root = top;
            current = top;
            return;
        }
        byte[] name = entry.path().name();
        Path path = RawNames.resolve(parent.path(), name);
        switch (entry.type()) {
            case DIRECTORY -> placeDirectory(entry, parent, path, wanted);
            case SYMLINK -> {
                if (wanted) {
                    parent.ensureExists(context.posix());
                    placeSymlink(entry, parent, path, number);
                } else {
                    parent.meet(RawPath.ofBytes(name));
                }
            }
            case FILE -> {
                if (wanted) {
                    parent.ensureExists(context.posix());
                    placeFile(entry, parent, path, number, ranges);
                } else {
                    parent.meet(RawPath.ofBytes(name));
                }
            }
        }
    }

    private void placeDirectory(WorkspaceEntry entry, DirectoryNode parent, Path path, boolean wanted)
            throws IOException {
        DirectoryNode node = new DirectoryNode(parent, entry, path, wanted);
        boolean existed = parent.meet(RawPath.ofBytes(entry.path().name()));
        boolean made = madeEarlier.contains(entry.path());
        if (wanted || made) {
            if (existed && !UnixAttributes.read(path).isDirectory()) {
                requireMayReplace(entry, path);
                Files.delete(path);
            }
            node.ensureExists(context.posix());
        }
        if (made) {
            node.markFresh();
        }
        current = node;
    }

    private void placeSymlink(WorkspaceEntry entry, DirectoryNode parent, Path path, long number) throws IOException {
        RawPath target = entry.linkTarget().orElseThrow();
        Path part = clearPart(parent, number);
        if (parent.meet(RawPath.ofBytes(entry.path().name()))) {
            UnixAttributes former = UnixAttributes.read(path);
            boolean same = former.isSymbolicLink()
                    && RawPath.ofBytes(RawNames.bytes(Files.readSymbolicLink(path)))
                            .equals(target);
            if (!same) {
                clearDirectory(entry, path, former);
                context.posix().createSymlink(part, target);
                Files.move(part, path, StandardCopyOption.ATOMIC_MOVE);
            }
        } else {
            context.posix().createSymlink(path, target);
        }
        context.metadata().apply(entry, path, true);
        context.progress().addEntries(1);
    }

    /** The temporary name of an entry, free for use. */
    private Path clearPart(DirectoryNode parent, long number) throws IOException {
        byte[] name = RestoreLeftovers.partName(tag, number);
        Path part = RawNames.resolve(parent.path(), name);
        if (parent.hadPart(name)) {
            TreeDeletion.delete(part, context.posix());
        }
        return part;
    }

    /** A file or link can be renamed over anything but a directory. */
    private void clearDirectory(WorkspaceEntry entry, Path path, UnixAttributes former) throws IOException {
        if (former.isDirectory()) {
            requireMayReplace(entry, path);
            TreeDeletion.delete(path, context.posix());
        }
    }

    /** The survey has looked, but a target can change under our eyes. */
    private void requireMayReplace(WorkspaceEntry entry, Path path) throws WorkspaceException {
        if (!context.job().deleteExtraneous()) {
            throw new WorkspaceException(
                    WorkspaceException.Reason.OCCUPIED,
                    entry.path().toString(),
                    path + " is in the way of a " + entry.type().id() + "; move it away and restore again",
                    null);
        }
    }

    private void placeFile(WorkspaceEntry entry, DirectoryNode parent, Path path, long number, RangeBuilder ranges)
            throws IOException, InterruptedException {
        Optional<UnixAttributes> former = Optional.empty();
        if (parent.meet(RawPath.ofBytes(entry.path().name()))) {
            UnixAttributes attributes = UnixAttributes.read(path);
            clearDirectory(entry, path, attributes);
            former = Optional.of(attributes).filter(UnixAttributes::isRegularFile);
        }
        parent.entryStarted();
        OptionalLong group = entry.content().linkGroup();
        if (group.isPresent() && !links.begin(group.getAsLong())) {
            linkOrWait(entry, parent, number);
            return;
        }
        Path part = RawNames.resolve(parent.path(), RestoreLeftovers.partName(tag, number));
        TargetFile file = new TargetFile(entry, parent, path, part, former, hasUsablePart(parent, part, number));
        finisher.begin(file);
        if (entry.content().extents().isEmpty()) {
            queue.put(new RestoreTask.Dataless(file));
        }
        for (Extent extent : entry.content().extents()) {
            ranges.add(file, extent);
        }
    }

    /** Whether an interrupted restore has left a part of this file; what only looks like one is deleted. */
    private boolean hasUsablePart(DirectoryNode parent, Path part, long number) throws IOException {
        if (!parent.hadPart(RestoreLeftovers.partName(tag, number))) {
            return false;
        }
        UnixAttributes attributes = UnixAttributes.read(part);
        if (!attributes.isRegularFile() || attributes.linkCount() > 1) {
            TreeDeletion.delete(part, context.posix());
            return false;
        }
        // It may have been about to get its name, with a mode by which its owner cannot write it.
        context.posix().setMode(part, PART_MODE);
        return true;
    }

    private void linkOrWait(WorkspaceEntry entry, DirectoryNode parent, long number) throws IOException {
        LinkGroups.Follower name = new LinkGroups.Follower(entry, parent, clearPart(parent, number));
        LinkGroups.Answer answer = links.join(entry.content().linkGroup().orElseThrow(), name);
        if (answer instanceof LinkGroups.Answer.LinkTo linkTo) {
            finisher.link(name, linkTo.file());
        } else if (answer instanceof LinkGroups.Answer.Failed failed) {
            finisher.linkFailed(name, failed.cause());
        }
    }
}
