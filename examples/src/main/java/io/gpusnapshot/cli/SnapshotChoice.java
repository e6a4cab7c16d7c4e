package io.gpusnapshot.cli;

import io.gpusnapshot.GPUSnapshotService;
import io.gpusnapshot.error.SnapshotNotFoundException;
import io.gpusnapshot.model.SnapshotId;
import java.io.IOException;
import java.util.Optional;

/**
 * A snapshot as options name it.
 *
 * @param id empty for the newest of the repository
 */
record SnapshotChoice(Optional<SnapshotId> id) {
    static final SnapshotChoice LATEST = new SnapshotChoice(Optional.empty());

    static SnapshotChoice parse(String text) {
        return text.equals("latest") ? LATEST : new SnapshotChoice(Optional.of(new SnapshotId(text)));
    }

    SnapshotId resolve(GPUSnapshotService service) throws IOException {
        if (id.isPresent()) {
            return id.get();
        }
        return service.latestSnapshot()
                .orElseThrow(() -> new SnapshotNotFoundException(
                        "latest", "The repository has no snapshots, so there is no latest one; create one first"));
    }
}
