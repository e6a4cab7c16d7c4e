package io.gpusnapshot.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.gpusnapshot.GPUSnapshotService;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.model.SnapshotSummary;
import io.gpusnapshot.model.SnapshotTotals;
import io.gpusnapshot.model.WorkspaceEntry;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "show", description = "Shows a snapshot, and what is in it.", mixinStandardHelpOptions = true)
final class ShowCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private final StoreOptions store = new StoreOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Option(names = "--snapshot", required = true, paramLabel = "ID|latest", description = "What to show.")
    private SnapshotChoice snapshot = SnapshotChoice.LATEST;

    @Option(names = "--files", description = "Lists files, directories and links too.")
    private boolean files;

    ShowCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        try (GPUSnapshotService service = store.open()) {
            SnapshotId id = snapshot.resolve(service);
            SnapshotSummary summary = service.describeSnapshot(id);
            if (output.json()) {
                terminal.json(json -> write(json, service, summary));
            } else {
                print(service, summary);
            }
        }
        return ExitCodes.DONE;
    }

    private void write(JsonGenerator json, GPUSnapshotService service, SnapshotSummary summary) throws IOException {
        Json.summary(json, summary);
        json.writeNumberField("chunkBytes", summary.chunkBytes());
        json.writeNumberField("chunks", summary.totals().chunks());
        json.writeNumberField("packs", summary.totals().packs());
        Json.texts(json, "host", summary.host());
        if (files) {
            json.writeArrayFieldStart("files");
            service.readEntries(summary.id(), entry -> Json.entry(json, entry));
            json.writeEndArray();
        }
    }

    private void print(GPUSnapshotService service, SnapshotSummary summary) throws IOException {
        if (!output.quiet()) {
            print(terminal.out(), summary);
        }
        if (files) {
            service.readEntries(summary.id(), entry -> terminal.out().println(line(entry)));
        }
    }

    private static void print(PrintStream out, SnapshotSummary summary) {
        SnapshotTotals totals = summary.totals();
        out.println("snapshot   " + summary.id());
        out.println("created    " + summary.createdAt());
        out.println("instance   " + summary.instanceId());
        out.println("workspace  " + summary.workspace());
        out.println("parent     " + summary.parent().map(SnapshotId::value).orElse("none"));
        out.println("labels     " + Text.pairs(summary.labels()));
        out.println("host       " + Text.pairs(summary.host()));
        out.println("holds      " + Text.count(totals.files(), "file", "files") + ", "
                + Text.count(totals.directories(), "directory", "directories") + ", "
                + Text.count(totals.symlinks(), "link", "links") + ", " + Text.size(totals.bytes()));
        out.println("stored     " + Text.size(totals.storedBytes()) + " in "
                + Text.count(totals.packs(), "pack", "packs") + ", " + Text.size(totals.newStoredBytes())
                + " added by this snapshot");
        out.println("chunks     " + totals.chunks() + " of up to " + Text.size(summary.chunkBytes()));
    }

    private static String line(WorkspaceEntry entry) {
        String facts = String.format(
                Locale.ROOT,
                "%-9s %04o %12d %-30s ",
                entry.type().id(),
                entry.metadata().mode(),
                entry.content().sizeBytes(),
                entry.metadata().modified());
        return facts
                + (entry.path().isRoot() ? "." : entry.path())
                + entry.linkTarget().map(target -> " -> " + target).orElse("");
    }
}
