package io.gpusnapshot.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.gpusnapshot.CreateRequest;
import io.gpusnapshot.CreateRequest.ParentChoice;
import io.gpusnapshot.GPUSnapshotService;
import io.gpusnapshot.model.Chunking;
import io.gpusnapshot.model.SnapshotInfo;
import io.gpusnapshot.model.SnapshotTotals;
import io.gpusnapshot.remote.SshTarget;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "create", description = "Takes a snapshot of a workspace.", mixinStandardHelpOptions = true)
final class CreateCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private final StoreOptions store = new StoreOptions();

    @Mixin
    private final SshOptions ssh = new SshOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Option(
            names = "--workspace",
            required = true,
            paramLabel = "DIR",
            description = "The directory to snapshot, as a path or a file: URI.")
    private Path workspace = Path.of("");

    @Option(names = "--instance-id", paramLabel = "ID", description = "Names the host (default: its host name).")
    private Optional<String> instanceId = Optional.empty();

    @Option(
            names = "--exclude",
            paramLabel = "GLOB",
            description = "Leaves out what matches, in gitignore syntax; repeatable, later ones win.")
    private List<String> exclude = List.of();

    @Option(names = "--codec", paramLabel = "ID", description = "auto (default), floats, lz4, zstd or none.")
    private String codec = CreateRequest.AUTO_CODEC;

    @Option(
            names = "--delta",
            paramLabel = "WHAT",
            description = "none (default), or parent: stores what is new in a large file as its difference to what the"
                    + " parent has there, where that takes less.")
    private DeltaChoice delta = DeltaChoice.NONE;

    @Option(
            names = "--chunking",
            paramLabel = "HOW",
            description =
                    "Where large files are cut: fixed (default), content, or auto, which is content for files that"
                            + " were cut so before or whose content has moved.")
    private Chunking chunking = Chunking.FIXED;

    @Option(
            names = "--parent",
            paramLabel = "ID|none",
            description = "The snapshot to build upon (default: the newest one of this instance, else of all).")
    private Optional<ParentChoice> parent = Optional.empty();

    @Option(names = "--label", paramLabel = "K=V", description = "Keeps a text with the snapshot; repeatable.")
    private Map<String, String> labels = new LinkedHashMap<>();

    @Option(
            names = "--chunk-size",
            paramLabel = "SIZE",
            description = "Where large files are cut: a power of two from 64K to 16M.")
    private Optional<ByteSize> chunkSize = Optional.empty();

    @Option(
            names = "--pack-size",
            paramLabel = "SIZE",
            description = "Size of the objects that content is stored in: 8M to 256M (default: 32M).")
    private Optional<ByteSize> packSize = Optional.empty();

    @Option(names = "--all-file-systems", description = "Takes what is mounted inside the workspace too.")
    private boolean allFileSystems;

    @Option(names = "--no-cachedir-tags", description = "Takes directories that a CACHEDIR.TAG marks as caches too.")
    private boolean noCachedirTags;

    @Option(names = "--fail-on-skipped", description = "Fails if any file cannot be taken as it is.")
    private boolean failOnSkipped;

    CreateCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        CreateRequest request = request();
        SnapshotInfo info;
        try (EventDisplay display = new EventDisplay(terminal, output);
                GPUSnapshotService service = store.open(display)) {
            info = service.createSnapshot(request);
        }
        report(info);
        return info.filesSkipped() > 0 ? ExitCodes.WARNED : ExitCodes.DONE;
    }

    private CreateRequest request() {
        CreateRequest.Builder builder = CreateRequest.builder()
                .workspace(workspace)
                .codec(codec)
                .delta(delta == DeltaChoice.PARENT)
                .chunking(chunking)
                .oneFileSystem(!allFileSystems)
                .honorCacheTags(!noCachedirTags)
                .failOnSkipped(failOnSkipped);
        List<SshTarget> targets = ssh.targets();
        if (targets.size() > 1) {
            throw new IllegalArgumentException("A snapshot is taken of one workspace; name one host with --ssh");
        }
        targets.forEach(builder::target);
        ssh.before().forEach(builder::before);
        ssh.after().forEach(builder::after);
        instanceId.ifPresent(builder::instanceId);
        exclude.forEach(builder::exclude);
        parent.ifPresent(builder::parent);
        labels.forEach(builder::label);
        chunkSize.ifPresent(size -> builder.chunkBytes(size.inInt()));
        packSize.ifPresent(size -> builder.packBytes(size.inInt()));
        return builder.build();
    }

    private void report(SnapshotInfo info) throws IOException {
        if (output.json()) {
            terminal.json(json -> write(json, info));
        } else if (output.quiet()) {
            terminal.out().println(info.id());
        } else {
            print(terminal.out(), info);
        }
    }

    private static void write(JsonGenerator json, SnapshotInfo info) throws IOException {
        json.writeStringField("snapshotId", info.id().value());
        Json.parent(json, info.summary().parent());
        json.writeNumberField("files", info.summary().totals().files());
        json.writeNumberField("bytes", info.summary().totals().bytes());
        json.writeNumberField("bytesRead", info.bytesRead());
        json.writeNumberField("bytesStored", info.bytesStored());
        json.writeNumberField("bytesFetched", info.bytesFetched());
        json.writeNumberField("bytesReused", info.bytesReused());
        json.writeNumberField("filesUnchanged", info.filesUnchanged());
        json.writeNumberField("filesSkipped", info.filesSkipped());
        Json.seconds(json, info.duration());
        HostText.write(json, info.host());
        Json.problems(json, "warnings", "path", info.warnings());
    }

    private static void print(PrintStream out, SnapshotInfo info) {
        SnapshotTotals totals = info.summary().totals();
        out.println("Created " + info.id());
        info.summary().parent().ifPresent(id -> out.println("  upon    " + id));
        out.println("  holds   " + Text.count(totals.files(), "file", "files") + ", " + Text.size(totals.bytes()));
        out.println("  read    " + Text.amountAndRate(info.bytesRead(), info.duration()));
        out.println("  stored  " + Text.size(info.bytesStored()));
        if (info.bytesFetched() > 0) {
            out.println("  fetched " + Text.size(info.bytesFetched()) + " of the parent");
        }
        out.println("  reused  " + Text.size(info.bytesReused()) + "; "
                + Text.count(info.filesUnchanged(), "file", "files") + " unchanged");
        HostText.print(out, info.host());
        if (info.filesSkipped() > 0) {
            out.println("  skipped " + Text.count(info.filesSkipped(), "entry", "entries") + ", see the warnings");
        }
    }
}
