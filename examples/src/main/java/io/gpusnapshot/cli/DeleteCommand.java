package io.gpusnapshot.cli;

import io.gpusnapshot.GPUSnapshotService;
import io.gpusnapshot.model.SnapshotId;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "delete",
        description = "Deletes a snapshot. prune frees the space afterwards.",
        mixinStandardHelpOptions = true)
final class DeleteCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private final StoreOptions store = new StoreOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Option(names = "--snapshot", required = true, paramLabel = "ID", description = "What to delete.")
    private SnapshotChoice snapshot = SnapshotChoice.LATEST;

    DeleteCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        SnapshotId id = snapshot.id()
                .orElseThrow(() -> new IllegalArgumentException(
                        "delete takes the id of a snapshot, not \"latest\", which may change; list shows the ids"));
        try (GPUSnapshotService service = store.open()) {
            service.deleteSnapshot(id);
        }
        if (output.json()) {
            terminal.json(json -> {
                json.writeStringField("snapshotId", id.value());
                json.writeBooleanField("deleted", true);
            });
        } else if (output.chatty()) {
            terminal.out().println("Deleted " + id + "; prune frees what no other snapshot needs");
        }
        return ExitCodes.DONE;
    }
}
