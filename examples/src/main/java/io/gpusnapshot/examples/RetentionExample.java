package io.gpusnapshot.examples;

import io.gpusnapshot.GPUSnapshotService;
import io.gpusnapshot.PruneRequest;
import io.gpusnapshot.model.PruneReport;
import io.gpusnapshot.model.RetentionRule;
import io.gpusnapshot.storage.StorageConfig;
import java.io.IOException;
import java.io.PrintStream;

/** Keeps the newest snapshots and some older ones, and frees what the others took. */
public final class RetentionExample {
    private RetentionExample() {}

    /** Takes no arguments; the store comes from the environment. */
    public static void main(String[] arguments) throws IOException {
        run(StorageConfig.fromEnvironment(), new RetentionRule(3, 7, 4, 12), System.out);
    }

    static void run(StorageConfig store, RetentionRule rule, PrintStream out) throws IOException {
        try (GPUSnapshotService service =
                GPUSnapshotService.builder().storage(store).build()) {
            PruneRequest request = PruneRequest.of(rule);
            PruneReport plan = service.prune(request.withDryRun(true));
            out.println("would delete " + plan.snapshots().size() + " snapshots");

            PruneReport done = service.prune(request);
            out.println("deleted " + done.snapshots().size() + " snapshots, freed " + done.bytes() + " bytes");
        }
    }
}
