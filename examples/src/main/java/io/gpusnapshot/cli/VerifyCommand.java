package io.gpusnapshot.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.gpusnapshot.GPUSnapshotService;
import io.gpusnapshot.model.RawPath;
import io.gpusnapshot.model.SnapshotWarning;
import io.gpusnapshot.model.VerifyDepth;
import io.gpusnapshot.model.VerifyReport;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "verify",
        description = "Verifies a stored snapshot: its manifest, and more if asked. Ends with 1 if anything is wrong.",
        mixinStandardHelpOptions = true)
final class VerifyCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private final StoreOptions store = new StoreOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Option(names = "--snapshot", required = true, paramLabel = "ID|latest", description = "What to verify.")
    private SnapshotChoice snapshot = SnapshotChoice.LATEST;

    @Option(names = "--presence", description = "Checks that every pack is there, with the right length.")
    private boolean presence;

    @Option(names = "--data", description = "Reads everything and compares digests; includes --presence.")
    private boolean data;

    VerifyCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        VerifyReport report;
        try (EventDisplay display = new EventDisplay(terminal, output);
                GPUSnapshotService service = store.open(display)) {
            report = service.verifySnapshot(snapshot.resolve(service), depth());
        }
        for (SnapshotWarning problem : report.problems()) {
            terminal.problem(problem.toString());
        }
        if (output.json()) {
            terminal.json(json -> write(json, report));
        } else if (!output.quiet() || !report.isSound()) {
            print(report);
        }
        return report.isSound() ? ExitCodes.DONE : ExitCodes.FAILED;
    }

    private VerifyDepth depth() {
        if (data) {
            return VerifyDepth.DATA;
        }
        return presence ? VerifyDepth.PRESENCE : VerifyDepth.MANIFEST;
    }

    private static String name(VerifyDepth depth) {
        return depth.name().toLowerCase(Locale.ROOT);
    }

    private static void write(JsonGenerator json, VerifyReport report) throws IOException {
        json.writeStringField("snapshotId", report.summary().id().value());
        json.writeStringField("depth", name(report.depth()));
        json.writeBooleanField("sound", report.isSound());
        json.writeNumberField("packs", report.packs());
        json.writeNumberField("chunks", report.chunks());
        json.writeNumberField("bytesRead", report.bytesRead());
        Json.seconds(json, report.duration());
        Json.problems(json, "problems", "subject", report.problems());
        json.writeArrayFieldStart("damagedFiles");
        for (RawPath path : report.damagedFiles()) {
            json.writeStartObject();
            Json.path(json, "path", path);
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void print(VerifyReport report) {
        String verdict = report.isSound()
                ? "Sound"
                : "NOT sound (" + Text.count(report.problems().size(), "problem", "problems") + ")";
        terminal.out()
                .println(verdict + ", verified by " + name(report.depth()) + ": "
                        + report.summary().id());
        terminal.out().println("  packs   " + report.packs());
        terminal.out().println("  chunks  " + report.chunks());
        terminal.out().println("  read    " + Text.amountAndRate(report.bytesRead(), report.duration()));
        for (RawPath path : report.damagedFiles()) {
            terminal.out().println("  damaged " + path);
        }
    }
}
