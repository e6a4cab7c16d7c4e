package io.gpusnapshot.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.gpusnapshot.GPUSnapshotService;
import io.gpusnapshot.SnapshotPage;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.model.SnapshotSummary;
import io.gpusnapshot.model.SnapshotWarning;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "list", description = "Lists snapshots, newest first.", mixinStandardHelpOptions = true)
final class ListCommand implements Callable<Integer> {
    private static final int PAGE = 200;

    private final Terminal terminal;

    @Mixin
    private final StoreOptions store = new StoreOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Option(names = "--limit", paramLabel = "N", description = "Most snapshots to list (default: all).")
    private int limit = Integer.MAX_VALUE;

    ListCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /** What was found, over all pages. */
    private record Listing(List<SnapshotSummary> snapshots, List<SnapshotWarning> unreadable, boolean hasMore) {}

    @Override
    public Integer call() throws IOException {
        Listing listing = read();
        for (SnapshotWarning broken : listing.unreadable()) {
            terminal.problem("warning: cannot read " + broken);
        }
        if (output.json()) {
            terminal.json(json -> write(json, listing));
        } else {
            print(listing);
        }
        return ExitCodes.DONE;
    }

    private Listing read() throws IOException {
        if (limit < 1) {
            throw new IllegalArgumentException("--limit must be at least 1, but is " + limit);
        }
        List<SnapshotSummary> snapshots = new ArrayList<>();
        List<SnapshotWarning> unreadable = new ArrayList<>();
        Optional<SnapshotId> next = Optional.empty();
        try (GPUSnapshotService service = store.open()) {
            do {
                int room = limit - snapshots.size() - unreadable.size();
                SnapshotPage page = service.listSnapshots(next, Math.min(PAGE, room));
                snapshots.addAll(page.snapshots());
                unreadable.addAll(page.unreadable());
                next = page.next();
            } while (next.isPresent() && snapshots.size() + unreadable.size() < limit);
        }
        return new Listing(snapshots, unreadable, next.isPresent());
    }

    private static void write(JsonGenerator json, Listing listing) throws IOException {
        json.writeArrayFieldStart("snapshots");
        for (SnapshotSummary summary : listing.snapshots()) {
            json.writeStartObject();
            Json.summary(json, summary);
            json.writeEndObject();
        }
        json.writeEndArray();
        Json.problems(json, "unreadable", "id", listing.unreadable());
        json.writeBooleanField("hasMore", listing.hasMore());
    }

    private void print(Listing listing) {
        TextTable table = new TextTable("SNAPSHOT", "CREATED", "INSTANCE", "<FILES", "<SIZE", "<ADDED", "LABELS");
        for (SnapshotSummary summary : listing.snapshots()) {
            table.add(
                    summary.id().value(),
                    summary.createdAt().toString(),
                    summary.instanceId(),
                    String.valueOf(summary.totals().files()),
                    Text.size(summary.totals().bytes()),
                    Text.size(summary.totals().newStoredBytes()),
                    Text.pairs(summary.labels()));
        }
        table.print(terminal.out());
        if (listing.hasMore() && output.chatty()) {
            terminal.out().println("There are more; raise --limit to see them.");
        }
    }
}
