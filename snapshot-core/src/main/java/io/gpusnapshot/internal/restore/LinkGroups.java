package io.gpusnapshot.internal.restore;

import io.gpusnapshot.model.WorkspaceEntry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Files with several names. The first selected name is restored like any file; the others become links to it once it
 * stands under its own name. Thread-safe.
 */
final class LinkGroups {
    private final Map<Long, Group> groups = new HashMap<>();

    /**
     * A name that waits for the first one.
     *
     * @param part temporary name under which the link is made
     */
    record Follower(WorkspaceEntry entry, DirectoryNode directory, Path part) {}

    private static final class Group {
        private final List<Follower> waiting = new ArrayList<>();
        private Optional<TargetFile> done = Optional.empty();
        private Optional<Exception> failed = Optional.empty();
    }

    /** What is to be done with a name that is not the first. */
    sealed interface Answer {
        /** Nothing now: it will be linked when the first is done. */
        record Waits() implements Answer {}

        /** Link it to this file. */
        record LinkTo(TargetFile file) implements Answer {}

        /** Nothing ever: the first could not be restored. */
        record Failed(Exception cause) implements Answer {}
    }

    /** Whether no name of this group has come before; the one that asks is then the first. */
    synchronized boolean begin(long number) {
        return groups.putIfAbsent(number, new Group()) == null;
    }

    /** Adds a further name of a group that has begun. */
    synchronized Answer join(long number, Follower name) {
        Group group = Objects.requireNonNull(groups.get(number), "the group has not begun");
        if (group.done.isPresent()) {
            return new Answer.LinkTo(group.done.get());
        }
        if (group.failed.isPresent()) {
            return new Answer.Failed(group.failed.get());
        }
        group.waiting.add(name);
        return new Answer.Waits();
    }

    /** The first name stands; returns those that waited for it. */
    synchronized List<Follower> done(long number, TargetFile file) {
        Group group = groups.computeIfAbsent(number, unused -> new Group());
        group.done = Optional.of(file);
        return drain(group);
    }

    /** The first name could not be restored; returns those that waited for it. */
    synchronized List<Follower> failed(long number, Exception cause) {
        Group group = groups.computeIfAbsent(number, unused -> new Group());
        group.failed = Optional.of(cause);
        return drain(group);
    }

    private static List<Follower> drain(Group group) {
        List<Follower> followers = List.copyOf(group.waiting);
        group.waiting.clear();
        return followers;
    }
}
