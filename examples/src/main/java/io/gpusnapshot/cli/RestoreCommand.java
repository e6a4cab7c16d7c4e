package io.gpusnapshot.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.gpusnapshot.FleetReport;
import io.gpusnapshot.FleetRequest;
import io.gpusnapshot.GPUSnapshotService;
import io.gpusnapshot.RestoreRequest;
import io.gpusnapshot.model.ReplicaReport;
import io.gpusnapshot.model.RestoreInfo;
import io.gpusnapshot.model.RestoreVerification;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.model.SyncPolicy;
import io.gpusnapshot.remote.SshTarget;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "restore",
        description = "Restores a snapshot, or a part of it, into a directory.",
        mixinStandardHelpOptions = true)
final class RestoreCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private final ReplicaOptions store = new ReplicaOptions();

    @Mixin
    private final SshOptions ssh = new SshOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Option(names = "--snapshot", required = true, paramLabel = "ID|latest", description = "What to restore.")
    private SnapshotChoice snapshot = SnapshotChoice.LATEST;

    @Option(
            names = "--workspace",
            required = true,
            paramLabel = "DIR",
            description = "The directory to restore into, as a path or a file: URI; made if it does not exist.")
    private Path workspace = Path.of("");

    @Option(
            names = "--only",
            paramLabel = "GLOB",
            description = "Restores only what matches, in gitignore syntax; repeatable.")
    private List<String> only = List.of();

    @Option(
            names = "--first",
            paramLabel = "GLOB",
            description = "Restores what matches before everything else; repeatable.")
    private List<String> first = List.of();

    @Option(names = "--delete-extraneous", description = "Deletes from DIR what the snapshot does not have.")
    private boolean deleteExtraneous;

    @Option(
            names = "--verify-restore",
            paramLabel = "DIGEST",
            description = "How bytes are checked before they are written: sha256 (default) or crc32c.")
    private RestoreVerification verification = RestoreVerification.SHA256;

    @Option(
            names = "--sync",
            paramLabel = "POLICY",
            description = "What is made durable at the end: files (default) or none.")
    private SyncPolicy sync = SyncPolicy.FILES;

    @Option(
            names = "--range-size",
            paramLabel = "SIZE",
            description = "Most that one request asks a store for: 1M to 256M (default: 16M).")
    private Optional<ByteSize> rangeSize = Optional.empty();

    RestoreCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        List<SshTarget> targets = ssh.targets();
        return targets.size() > 1 ? restoreAll(targets) : restoreOne(targets);
    }

    private int restoreOne(List<SshTarget> atMostOne) throws IOException {
        RestoreInfo info;
        try (EventDisplay display = new EventDisplay(terminal, output);
                GPUSnapshotService service = store.open(display)) {
            RestoreRequest.Builder request = request(snapshot.resolve(service));
            atMostOne.forEach(request::target);
            info = service.restoreSnapshot(request.build());
        }
        report(info);
        return ExitCodes.DONE;
    }

    private int restoreAll(List<SshTarget> targets) throws IOException {
        FleetReport fleet;
        try (EventDisplay display = new EventDisplay(terminal, output);
                GPUSnapshotService service = store.open(display)) {
            RestoreRequest request = request(snapshot.resolve(service)).build();
            fleet = service.restoreFleet(FleetRequest.of(request, targets));
        }
        return report(fleet);
    }

    private RestoreRequest.Builder request(SnapshotId id) {
        RestoreRequest.Builder builder = RestoreRequest.builder(id, workspace)
                .deleteExtraneous(deleteExtraneous)
                .verification(verification)
                .sync(sync);
        only.forEach(builder::only);
        first.forEach(builder::first);
        rangeSize.ifPresent(size -> builder.rangeBytes(size.inInt()));
        ssh.before().forEach(builder::before);
        ssh.after().forEach(builder::after);
        return builder;
    }

    private void report(RestoreInfo info) throws IOException {
        if (output.json()) {
            terminal.json(json -> write(json, info));
        } else if (output.chatty()) {
            print(terminal.out(), info);
        }
    }

    /** Names every host that failed, and why. */
    private int report(FleetReport fleet) throws IOException {
        for (FleetReport.HostResult result : fleet.hosts()) {
            if (result instanceof FleetReport.Restored restored && output.chatty() && !output.json()) {
                terminal.out().println(restored.target() + ":");
                print(terminal.out(), restored.info());
            } else if (result instanceof FleetReport.Failed failed) {
                terminal.problem(failed.target() + ": " + failed.failure().getMessage());
            }
        }
        if (output.json()) {
            terminal.json(json -> write(json, fleet));
        }
        return fleet.isComplete() ? ExitCodes.DONE : ExitCodes.FAILED;
    }

    private static void write(JsonGenerator json, FleetReport fleet) throws IOException {
        json.writeArrayFieldStart("hosts");
        for (FleetReport.HostResult result : fleet.hosts()) {
            json.writeStartObject();
            json.writeStringField("target", result.target().toString());
            if (result instanceof FleetReport.Restored restored) {
                write(json, restored.info());
            } else if (result instanceof FleetReport.Failed failed) {
                json.writeObjectFieldStart("error");
                json.writeStringField("type", failed.failure().getClass().getSimpleName());
                json.writeStringField("message", String.valueOf(failed.failure().getMessage()));
                json.writeEndObject();
            }
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void write(JsonGenerator json, RestoreInfo info) throws IOException {
        json.writeStringField("snapshotId", info.summary().id().value());
        json.writeNumberField("bytesRestored", info.bytesRestored());
        json.writeNumberField("bytesFetched", info.bytesFetched());
        json.writeNumberField("bytesReused", info.bytesReused());
        json.writeNumberField("files", info.files());
        json.writeNumberField("filesKept", info.filesKept());
        json.writeNumberField("entriesDeleted", info.entriesDeleted());
        writeReplicas(json, info.replicas());
        Json.seconds(json, info.duration());
        HostText.write(json, info.host());
        Json.problems(json, "warnings", "path", info.warnings());
    }

    private static void writeReplicas(JsonGenerator json, List<ReplicaReport> replicas) throws IOException {
        json.writeArrayFieldStart("replicas");
        for (ReplicaReport replica : replicas) {
            json.writeStartObject();
            json.writeStringField("store", replica.store());
            json.writeNumberField("bytesFetched", replica.bytesFetched());
            json.writeNumberField("failures", replica.failures());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void print(PrintStream out, RestoreInfo info) {
        out.println("Restored " + info.summary().id());
        out.println("  files   " + info.files() + ", " + info.filesKept() + " of them as they were");
        out.println("  bytes   " + Text.amountAndRate(info.bytesRestored(), info.duration()));
        out.println("  fetched " + Text.size(info.bytesFetched()));
        if (info.replicas().size() > 1) {
            info.replicas()
                    .forEach(replica -> out.println("    from " + replica.store() + " "
                            + Text.size(replica.bytesFetched()) + ", "
                            + Text.count(replica.failures(), "failure", "failures")));
        }
        out.println("  reused  " + Text.size(info.bytesReused()));
        HostText.print(out, info.host());
        if (info.entriesDeleted() > 0) {
            out.println("  deleted " + Text.count(info.entriesDeleted(), "entry", "entries"));
        }
    }
}
