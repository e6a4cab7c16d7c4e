package io.gpusnapshot;

import io.gpusnapshot.error.SnapshotException;
import io.gpusnapshot.error.SnapshotNotFoundException;
import io.gpusnapshot.error.WorkspaceException;
import io.gpusnapshot.internal.format.RepositoryLayout;
import io.gpusnapshot.internal.repository.Repository;
import io.gpusnapshot.model.SnapshotId;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Finds the snapshot that a create builds upon. */
final class ParentFinder {
    private final Repository repository;

    ParentFinder(Repository repository) {
        this.repository = repository;
    }

    Optional<SnapshotId> find(CreateRequest.ParentChoice choice, String instanceId) throws IOException {
        if (choice instanceof CreateRequest.ParentChoice.Of named) {
            repository.header(named.id());
            return Optional.of(named.id());
        }
        if (choice instanceof CreateRequest.ParentChoice.None) {
            return Optional.empty();
        }
        List<SnapshotId> newestFirst = repository.snapshots();
        return newestFirst.stream()
                .filter(id -> id.isOfInstance(instanceId))
                .findFirst()
                .or(() -> newestFirst.stream().findFirst());
    }

    /** Whether a failure is about the manifest of the parent, or that there is none any more. */
    boolean isAbout(SnapshotException failure, Optional<SnapshotId> parent) {
        if (failure instanceof SnapshotNotFoundException) {
            return parent.map(SnapshotId::value)
                    .filter(failure.subject()::equals)
                    .isPresent();
        }
        if (failure instanceof WorkspaceException workspace) {
            // Only a manifest can have such paths, and a create reads no other.
            return workspace.reason() == WorkspaceException.Reason.UNSAFE_PATH && parent.isPresent();
        }
        return parent.map(RepositoryLayout::manifest)
                .filter(failure.subject()::equals)
                .isPresent();
    }
}
