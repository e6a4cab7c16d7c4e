package io.gpusnapshot.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.gpusnapshot.GPUSnapshotService;
import io.gpusnapshot.PruneRequest;
import io.gpusnapshot.model.PruneReport;
import io.gpusnapshot.model.RetentionRule;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "prune",
        description = "Deletes the snapshots that no --keep option keeps, and packs that no snapshot needs. Without a"
                + " --keep option every snapshot is kept.",
        mixinStandardHelpOptions = true)
final class PruneCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private final StoreOptions store = new StoreOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Option(names = "--keep-last", paramLabel = "N", description = "Keeps the newest N of every instance.")
    private int last;

    @Option(names = "--keep-daily", paramLabel = "N", description = "Keeps the last one of each of N days.")
    private int daily;

    @Option(names = "--keep-weekly", paramLabel = "N", description = "Keeps the last one of each of N weeks.")
    private int weekly;

    @Option(names = "--keep-monthly", paramLabel = "N", description = "Keeps the last one of each of N months.")
    private int monthly;

    @Option(
            names = "--grace",
            paramLabel = "DURATION",
            description = "Leaves packs younger than this alone, for example 90m or 2d (default: 24h).")
    private Duration grace = PruneRequest.DEFAULT_GRACE;

    @Option(names = "--dry-run", description = "Only says what would be deleted.")
    private boolean dryRun;

    PruneCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        PruneRequest request = new PruneRequest(new RetentionRule(last, daily, weekly, monthly), grace, dryRun);
        PruneReport report;
        try (GPUSnapshotService service = store.open()) {
            report = service.prune(request);
        }
        if (output.json()) {
            terminal.json(json -> write(json, report));
        } else if (output.chatty()) {
            print(report);
        }
        return ExitCodes.DONE;
    }

    private static void write(JsonGenerator json, PruneReport report) throws IOException {
        json.writeBooleanField("dryRun", report.dryRun());
        Json.ids(json, "snapshots", report.snapshots());
        json.writeNumberField("packs", report.packs());
        json.writeNumberField("bytes", report.bytes());
    }

    private void print(PruneReport report) {
        String verb = report.dryRun() ? "Would delete " : "Deleted ";
        report.snapshots().forEach(id -> terminal.out().println(verb + id));
        terminal.out()
                .println(verb + Text.count(report.snapshots().size(), "snapshot", "snapshots") + " and "
                        + Text.count(report.packs(), "pack", "packs") + " of " + Text.size(report.bytes()));
    }
}
