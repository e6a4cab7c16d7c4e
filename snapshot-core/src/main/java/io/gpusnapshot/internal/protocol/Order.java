package io.gpusnapshot.internal.protocol;

import io.gpusnapshot.codec.Codec;
import io.gpusnapshot.codec.CodecRegistry;
import io.gpusnapshot.error.UnsupportedFormatException;
import io.gpusnapshot.internal.create.CreateJob;
import io.gpusnapshot.internal.posix.RawNames;
import io.gpusnapshot.internal.restore.RestoreJob;
import io.gpusnapshot.internal.scan.PathRules;
import io.gpusnapshot.internal.scan.ScanOptions;
import io.gpusnapshot.model.Chunking;
import io.gpusnapshot.model.RawPath;
import io.gpusnapshot.model.RestoreVerification;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.model.SyncPolicy;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** What an orchestrator orders an agent to do. An agent does one thing and ends. */
public sealed interface Order {
    Terms terms();

    Message toMessage();

    /** To create a snapshot. */
    record Create(CreateJob job, Terms terms) implements Order {
        @Override
        public Message toMessage() {
            Message message = Message.of("create")
                    .with("snapshot", job.id().value())
                    .with("repository", job.repositoryId())
                    .with("createdAt", job.createdAt().toString())
                    .with("token", job.token())
                    .with("instanceId", job.instanceId())
                    .with("exclude", job.scan().exclude().patterns())
                    .with("oneFileSystem", job.scan().oneFileSystem())
                    .with("honorCacheTags", job.scan().honorCacheTags())
                    .with("parent", job.parent().map(SnapshotId::value))
                    .with("codecs", job.codecs().stream().map(Codec::id).toList())
                    .with("delta", job.delta())
                    .with("chunking", job.chunking().name())
                    .with("chunkBytes", boxed(job.chunkBytes()))
                    .with("packBytes", boxed(job.packBytes()))
                    .with("failOnSkipped", job.failOnSkipped())
                    .with("labels", job.labels())
                    .with("host", job.host())
                    .with("terms", terms.toMessage());
            return withWorkspace(message, job.workspace());
        }

        private static Create of(Message message, CodecRegistry codecs) throws UnsupportedFormatException {
            CreateJob job = new CreateJob(
                    message.parsed("snapshot", SnapshotId::new),
                    message.text("repository"),
                    message.parsed("createdAt", Instant::parse),
                    message.text("token"),
                    message.text("instanceId"),
                    workspace(message),
                    new ScanOptions(
                            rules(message, "exclude"), message.flag("oneFileSystem"), message.flag("honorCacheTags")),
                    message.optionalText("parent").isPresent()
                            ? Optional.of(message.parsed("parent", SnapshotId::new))
                            : Optional.empty(),
                    usable(message.texts("codecs"), codecs),
                    message.flag("delta"),
                    message.parsed("chunking", Chunking::valueOf),
                    size(message, "chunkBytes"),
                    size(message, "packBytes"),
                    message.flag("failOnSkipped"),
                    message.map("labels"),
                    message.map("host"));
            return new Create(job, Terms.of(message.message("terms")));
        }

        private static List<Codec> usable(List<String> ids, CodecRegistry codecs) {
            List<Codec> usable = new ArrayList<>();
            for (String id : ids) {
                if (codecs.isUsable(id)) {
                    codecs.find(id).ifPresent(usable::add);
                }
            }
            if (usable.isEmpty() && !ids.isEmpty()) {
                throw new IllegalArgumentException("The native code of " + String.join(", ", ids)
                        + " cannot be loaded on the host; use lz4 or none");
            }
            return usable;
        }
    }

    /** To restore a snapshot. */
    record Restore(RestoreJob job, String repositoryId, Terms terms) implements Order {
        @Override
        public Message toMessage() {
            Message message = Message.of("restore")
                    .with("snapshot", job.snapshot().value())
                    .with("repository", repositoryId)
                    .with("only", job.only().patterns())
                    .with("first", job.first().patterns())
                    .with("deleteExtraneous", job.deleteExtraneous())
                    .with("verification", job.verification().name())
                    .with("sync", job.sync().name())
                    .with("rangeBytes", boxed(job.rangeBytes()))
                    .with("terms", terms.toMessage());
            return withWorkspace(message, job.workspace());
        }

        private static Restore of(Message message) throws UnsupportedFormatException {
            RestoreJob job = new RestoreJob(
                    message.parsed("snapshot", SnapshotId::new),
                    workspace(message),
                    rules(message, "only"),
                    rules(message, "first"),
                    message.flag("deleteExtraneous"),
                    message.parsed("verification", RestoreVerification::valueOf),
                    message.parsed("sync", SyncPolicy::valueOf),
                    size(message, "rangeBytes"));
            return new Restore(job, message.text("repository"), Terms.of(message.message("terms")));
        }
    }

    /**
     * The order of a message.
     *
     * @param codecs the codecs of the host
     * @throws IllegalArgumentException if none of the codecs to use is usable on this host
     */
    static Order of(Message message, CodecRegistry codecs) throws UnsupportedFormatException {
        return switch (message.type()) {
            case "create" -> Create.of(message, codecs);
            case "restore" -> Restore.of(message);
            default -> throw message.unknown("The orchestrator");
        };
    }

    private static Message withWorkspace(Message message, Path workspace) {
        RawPath raw = RawPath.ofBytes(RawNames.bytes(workspace));
        return raw.text().isPresent()
                ? message.with("workspace", raw.text().get())
                : message.withBytes("workspaceBase64", raw.bytes());
    }

    private static Path workspace(Message message) throws UnsupportedFormatException {
        Optional<String> text = message.optionalText("workspace");
        return RawNames.path(
                text.isPresent() ? RawPath.of(text.get()) : RawPath.ofBytes(message.bytes("workspaceBase64")));
    }

    private static Optional<Integer> boxed(OptionalInt number) {
        return number.isPresent() ? Optional.of(number.getAsInt()) : Optional.empty();
    }

    private static OptionalInt size(Message message, String name) throws UnsupportedFormatException {
        return message.optionalNumber(name).isPresent()
                ? OptionalInt.of(message.count(name, Integer.MAX_VALUE))
                : OptionalInt.empty();
    }

    private static PathRules rules(Message message, String name) throws UnsupportedFormatException {
        return PathRules.parse(message.texts(name));
    }
}
