package io.gpusnapshot;

import io.gpusnapshot.internal.replicate.ReplicateResources;
import io.gpusnapshot.internal.replicate.ReplicateWorkflow;
import io.gpusnapshot.internal.repository.Repository;
import io.gpusnapshot.internal.transfer.PackStores;
import io.gpusnapshot.internal.transfer.ProgressMeter;
import io.gpusnapshot.model.ReplicateInfo;
import java.io.IOException;
import java.time.Clock;

/** One replication: opens the ways to the packs of both stores. */
final class ReplicateOperation {
    private final Repository source;
    private final PackStores from;
    private final PackStores to;
    private final ReplicateResources resources;
    private final Clock clock;

    /**
     * @param to the target's, closed by the caller
     */
    ReplicateOperation(Repository source, PackStores from, PackStores to, ReplicateResources resources, Clock clock) {
        this.source = source;
        this.from = from;
        this.to = to;
        this.resources = resources;
        this.clock = clock;
    }

    ReplicateInfo run(ReplicateRequest request, ProgressMeter progress) throws IOException {
        try (PackStores.Session fromPacks = from.open();
                PackStores.Session toPacks = to.open()) {
            return new ReplicateWorkflow(source, fromPacks.store(), request.target(), toPacks.store(), resources, clock)
                    .run(request.snapshot(), request.verification(), progress);
        }
    }
}
