package io.gpusnapshot.internal.protocol;

import io.gpusnapshot.error.UnsupportedFormatException;
import io.gpusnapshot.model.ReplicaReport;
import io.gpusnapshot.model.RestoreInfo;
import io.gpusnapshot.model.SnapshotEvent;
import io.gpusnapshot.model.SnapshotInfo;
import io.gpusnapshot.model.SnapshotSummary;
import io.gpusnapshot.model.SnapshotWarning;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What an agent tells without being asked: how far it is, what came of it. */
public final class Report {
    public static final String PROGRESS = "progress";
    public static final String WARNING = "warning";
    public static final String CREATED = "created";
    public static final String RESTORED = "restored";
    public static final String FAILED = "failed";
    public static final String MANIFEST = "manifest";

    private Report() {}

    public static Message of(SnapshotEvent event) {
        if (event instanceof SnapshotEvent.Warned warned) {
            return Message.of(WARNING)
                    .with("path", warned.warning().path())
                    .with("problem", warned.warning().problem());
        }
        if (!(event instanceof SnapshotEvent.Progress progress)) {
            throw new IllegalArgumentException("an agent serves one host: " + event);
        }
        return Message.of(PROGRESS)
                .with("phase", progress.phase())
                .with("entries", progress.entries())
                .with("totalEntries", boxed(progress.totalEntries()))
                .with("bytes", progress.bytes())
                .with("totalBytes", boxed(progress.totalBytes()))
                .with("wireBytes", progress.wireBytes())
                .with("elapsedNanos", progress.elapsed().toNanos());
    }

    public static SnapshotEvent.Progress toProgress(Message message) throws UnsupportedFormatException {
        return new SnapshotEvent.Progress(
                message.shown("phase"),
                message.amount("entries"),
                total(message, "totalEntries"),
                message.amount("bytes"),
                total(message, "totalBytes"),
                message.amount("wireBytes"),
                Duration.ofNanos(message.amount("elapsedNanos")));
    }

    public static SnapshotWarning toWarning(Message message) throws UnsupportedFormatException {
        return new SnapshotWarning(message.shown("path"), message.shown("problem"));
    }

    /** Summary and warnings are left out: the orchestrator has them. */
    public static Message of(SnapshotInfo info) {
        return Message.of(CREATED)
                .with("bytesRead", info.bytesRead())
                .with("bytesStored", info.bytesStored())
                .with("bytesFetched", info.bytesFetched())
                .with("bytesReused", info.bytesReused())
                .with("filesUnchanged", info.filesUnchanged())
                .with("filesSkipped", info.filesSkipped())
                .with("durationNanos", info.duration().toNanos());
    }

    public static SnapshotInfo toSnapshotInfo(Message message, SnapshotSummary summary, List<SnapshotWarning> warnings)
            throws UnsupportedFormatException {
        return new SnapshotInfo(
                summary,
                message.amount("bytesRead"),
                message.amount("bytesStored"),
                message.amount("bytesFetched"),
                message.amount("bytesReused"),
                message.amount("filesUnchanged"),
                message.amount("filesSkipped"),
                Duration.ofNanos(message.amount("durationNanos")),
                warnings,
                Optional.empty());
    }

    /** Summary and warnings are left out: the orchestrator has them. */
    public static Message of(RestoreInfo info) {
        return Message.of(RESTORED)
                .with("files", info.files())
                .with("bytesRestored", info.bytesRestored())
                .with("bytesFetched", info.bytesFetched())
                .with("bytesReused", info.bytesReused())
                .with("filesKept", info.filesKept())
                .with("entriesDeleted", info.entriesDeleted())
                .withAll("replicas", info.replicas().stream().map(Report::of).toList())
                .with("durationNanos", info.duration().toNanos());
    }

    public static RestoreInfo toRestoreInfo(Message message, SnapshotSummary summary, List<SnapshotWarning> warnings)
            throws UnsupportedFormatException {
        return new RestoreInfo(
                summary,
                message.amount("files"),
                message.amount("bytesRestored"),
                message.amount("bytesFetched"),
                message.amount("bytesReused"),
                message.amount("filesKept"),
                message.amount("entriesDeleted"),
                replicas(message),
                Duration.ofNanos(message.amount("durationNanos")),
                warnings,
                Optional.empty());
    }

    private static Message of(ReplicaReport replica) {
        return Message.of("replica")
                .with("store", replica.store())
                .with("bytesFetched", replica.bytesFetched())
                .with("failures", replica.failures());
    }

    private static List<ReplicaReport> replicas(Message message) throws UnsupportedFormatException {
        List<ReplicaReport> replicas = new ArrayList<>();
        for (Message replica : message.messages("replicas")) {
            replicas.add(new ReplicaReport(
                    replica.shown("store"), replica.amount("bytesFetched"), replica.amount("failures")));
        }
        return replicas;
    }

    private static Optional<Long> boxed(OptionalLong number) {
        return number.isPresent() ? Optional.of(number.getAsLong()) : Optional.empty();
    }

    private static OptionalLong total(Message message, String name) throws UnsupportedFormatException {
        return message.optionalNumber(name).isPresent() ? OptionalLong.of(message.amount(name)) : OptionalLong.empty();
    }
}
