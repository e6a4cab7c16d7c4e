package io.gpusnapshot.internal.restore;

import io.gpusnapshot.model.WorkspaceEntry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Files with several names. The first selected name is restored like any file; the others become links to it once it
 * stands under its own name. Thread-safe.
 */
final class LinkGroups {
    private final Map<Long, Group> groups = new HashMap<>();

    /** A name that waits for the first one. */
    record Follower(WorkspaceEntry entry, DirectoryNode directory) {}

    private static final class Group {
        private final List<Follower> waiting = new ArrayList<>();
        private Optional<TargetFile> done = Optional.empty();
        private Optional<Exception> failed = Optional.empty();
    }

    /** What is to be done with a name. */
    sealed interface Answer {
        /** Restore it: it is the first of its group. */
        record First() implements Answer {}

        /** Nothing now: it will be linked when the first is done. */
        record Waits() implements Answer {}

        /** Link it to this file. */
        record LinkTo(TargetFile file) implements Answer {}

        /** Nothing ever: the first could not be restored. */
        record Failed(Exception cause) implements Answer {}
    }

    synchronized Answer join(long number, Follower name) {
        Group group = groups.get(number);
        if (group == null) {
            groups.put(number, new Group());
            return new Answer.First();
        }
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
