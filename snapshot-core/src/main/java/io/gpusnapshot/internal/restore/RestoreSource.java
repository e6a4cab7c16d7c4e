package io.gpusnapshot.internal.restore;

import io.gpusnapshot.internal.repository.Repository;
import io.gpusnapshot.internal.transfer.PackStore;

/** A repository that may hold the snapshot, and the way to its packs. */
public record RestoreSource(Repository repository, PackStore packs) {
    String name() {
        return repository.store().toString();
    }
}
