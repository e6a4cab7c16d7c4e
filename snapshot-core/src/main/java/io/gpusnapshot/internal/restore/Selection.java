package io.gpusnapshot.internal.restore;

import io.gpusnapshot.internal.scan.PathRules;
import io.gpusnapshot.model.EntryType;
import io.gpusnapshot.model.WorkspaceEntry;

/** Which entries a restore is about, and which of them come first. */
record Selection(PathRules only, PathRules first) {
    boolean isPartial() {
        return !only.isEmpty();
    }

    boolean includes(WorkspaceEntry entry) {
        return only.isEmpty() || only.matchesTree(entry.path(), entry.type() == EntryType.DIRECTORY);
    }

    boolean comesFirst(WorkspaceEntry entry) {
        return first.matchesTree(entry.path(), entry.type() == EntryType.DIRECTORY);
    }
}
