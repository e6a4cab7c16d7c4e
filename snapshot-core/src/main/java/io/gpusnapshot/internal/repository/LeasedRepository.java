package io.gpusnapshot.internal.repository;

import io.gpusnapshot.error.SnapshotConflictException;
import io.gpusnapshot.internal.format.ManifestHeader;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.storage.ContentSource;
import java.io.IOException;
import java.time.Clock;
import java.util.Optional;

/** A repository in which a create is under way: nobody prunes its packs until this is closed. */
public final class LeasedRepository implements ManifestSink, AutoCloseable {
    private final Repository repository;
    private final Lease lease;

    private LeasedRepository(Repository repository, Lease lease) {
        this.repository = repository;
        this.lease = lease;
    }

    /** Takes the lease of a create. */
    public static LeasedRepository acquire(
            Repository repository, SnapshotId snapshot, Optional<SnapshotId> parent, Clock clock) throws IOException {
        return new LeasedRepository(repository, Lease.acquire(repository.store(), snapshot, parent, clock));
    }

    @Override
    public void commit(ManifestHeader header, boolean reliesOnParent, ContentSource manifest) throws IOException {
        lease.requireHeld();
        if (reliesOnParent) {
            requireParent(header.summary().parent());
        }
        repository.commit(header, manifest);
    }

    /** A parent that was deleted while we relied on its packs may lose them to a prune. */
    private void requireParent(Optional<SnapshotId> parent) throws IOException {
        if (parent.isPresent() && !repository.exists(parent.get())) {
            throw new SnapshotConflictException(
                    parent.get().value(),
                    "The parent snapshot " + parent.get() + " was deleted while this create used its chunks;"
                            + " create again",
                    null);
        }
    }

    @Override
    public void close() {
        lease.close();
    }
}
