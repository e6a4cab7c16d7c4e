package io.gpusnapshot.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "quickstart",
        description = "Makes a sample workspace, snapshots it thrice, restores it, compares every byte, and shows how"
                + " long each phase took. Needs no account.",
        mixinStandardHelpOptions = true)
final class QuickstartCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private final EngineOptions engine = new EngineOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Option(names = "--keep", paramLabel = "DIR", description = "Works in this new directory and leaves the files.")
    private Optional<Path> keep = Optional.empty();

    @Option(names = "--size", paramLabel = "SIZE", description = "Of each of the two weight files (default: 64M).")
    private ByteSize size = new ByteSize(64 << 20);

    QuickstartCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        Path home = keep.isPresent()
                ? Files.createDirectory(keep.get().toAbsolutePath())
                : Files.createTempDirectory("gpu-snapshot-quickstart");
        List<QuickstartRun.Phase> phases;
        try (EventDisplay display = new EventDisplay(terminal, output)) {
            QuickstartRun run = new QuickstartRun(home, size.bytes(), store -> engine.open(store, display));
            phases = run.run();
        } finally {
            if (keep.isEmpty()) {
                FileTrees.delete(home);
            }
        }
        report(phases);
        return ExitCodes.DONE;
    }

    private void report(List<QuickstartRun.Phase> phases) throws IOException {
        if (output.json()) {
            terminal.json(json -> write(json, phases));
        } else if (output.chatty()) {
            print(phases);
        }
    }

    private static void write(JsonGenerator json, List<QuickstartRun.Phase> phases) throws IOException {
        json.writeBooleanField("identical", true);
        json.writeArrayFieldStart("phases");
        for (QuickstartRun.Phase phase : phases) {
            json.writeStartObject();
            json.writeStringField("phase", phase.name());
            Json.seconds(json, phase.duration());
            json.writeNumberField("bytes", phase.bytes());
            json.writeNumberField("bytesStored", phase.bytesStored());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void print(List<QuickstartRun.Phase> phases) {
        TextTable table = new TextTable("PHASE", "<SECONDS", "<BYTES", "<RATE", "<STORED");
        for (QuickstartRun.Phase phase : phases) {
            table.add(
                    phase.name(),
                    Text.seconds(phase.duration()),
                    Text.size(phase.bytes()),
                    phase.bytes() == 0 ? "-" : Text.rate(phase.bytes(), phase.duration()),
                    phase.bytesStored() == 0 ? "-" : Text.size(phase.bytesStored()));
        }
        table.print(terminal.out());
        terminal.out().println("Every byte, name, mode, time and link came back as it was.");
        keep.ifPresent(home -> terminal.out().println("The files are in " + home));
    }
}
