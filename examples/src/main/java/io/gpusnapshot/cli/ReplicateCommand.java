package io.gpusnapshot.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.gpusnapshot.GPUSnapshotService;
import io.gpusnapshot.ReplicateRequest;
import io.gpusnapshot.model.ReplicateInfo;
import io.gpusnapshot.model.RestoreVerification;
import io.gpusnapshot.storage.StorageConfig;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.StorageProviders;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "replicate",
        description = "Copies a snapshot into another repository, as it is. Run it again to go on after a failure.",
        mixinStandardHelpOptions = true)
final class ReplicateCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private final StoreOptions store = new StoreOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Option(names = "--snapshot", required = true, paramLabel = "ID|latest", description = "What to copy.")
    private SnapshotChoice snapshot = SnapshotChoice.LATEST;

    @Option(
            names = "--to",
            required = true,
            paramLabel = "URI",
            description = "Where to copy it: an empty store, or a replica of this repository.")
    private Optional<StorageConfig> target = Optional.empty();

    @Option(
            names = "--verify-replica",
            paramLabel = "DIGEST",
            description = "How chunks are checked before they are stored: crc32c (default) or sha256.")
    private RestoreVerification verification = RestoreVerification.CRC32C;

    ReplicateCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        ReplicateInfo info;
        try (EventDisplay display = new EventDisplay(terminal, output);
                GPUSnapshotService service = store.open(display);
                StorageProvider to = StorageProviders.open(target.orElseThrow())) {
            ReplicateRequest request = ReplicateRequest.of(snapshot.resolve(service), to);
            info = service.replicateSnapshot(request.withVerification(verification));
        }
        if (output.json()) {
            terminal.json(json -> write(json, info));
        } else if (output.chatty()) {
            print(terminal.out(), info);
        }
        return ExitCodes.DONE;
    }

    private static void write(JsonGenerator json, ReplicateInfo info) throws IOException {
        json.writeStringField("snapshotId", info.summary().id().value());
        json.writeStringField("target", info.target());
        json.writeNumberField("packs", info.packs());
        json.writeNumberField("packsCopied", info.packsCopied());
        json.writeNumberField("bytesCopied", info.bytesCopied());
        json.writeNumberField("bytesPresent", info.bytesPresent());
        Json.seconds(json, info.duration());
        Json.problems(json, "warnings", "path", info.warnings());
    }

    private static void print(PrintStream out, ReplicateInfo info) {
        out.println("Replicated " + info.summary().id() + " to " + info.target());
        out.println("  packs   " + info.packs() + ", " + info.packsCopied() + " of them copied");
        out.println("  copied  " + Text.amountAndRate(info.bytesCopied(), info.duration()));
        out.println("  present " + Text.size(info.bytesPresent()));
    }
}
