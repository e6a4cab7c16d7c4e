package io.gpusnapshot.internal.protocol;

import io.gpusnapshot.error.UnsupportedFormatException;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.storage.UploadedPart;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** What an agent asks of its orchestrator, who may refuse. Each is answered once, in any order. */
public sealed interface Question {
    /** For leave to read objects of one of the stores. The answer may grant more than was asked for. */
    record GrantDownloads(int store, List<String> keys) implements Question {}

    /**
     * For the length of a manifest in one of the stores: of the snapshot to restore, or of the parent of the one being
     * created.
     */
    record StatManifest(int store, SnapshotId snapshot) implements Question {}

    /** For the opening of a pack's upload, which may become shorter. */
    record OpenUpload(String key, long lengthBytes) implements Question {}

    /** For leave to send one part of an upload, which is as long as was answered to its opening, or the last and shorter. */
    record GrantPart(String key, int number, long lengthBytes) implements Question {}

    /** For a pack to be made visible. */
    record CompleteUpload(String key, List<UploadedPart> parts) implements Question {}

    /** For an upload to be given up. */
    record AbandonUpload(String key) implements Question {}

    /** For a pack to be stored that is too short for a grant. */
    record StorePack(String key, ByteBuffer content) implements Question {
        public StorePack {
            content = content.asReadOnlyBuffer();
        }
    }

    /** For the manifest, all pieces of which have been sent, to be committed. */
    record Commit(long lengthBytes) implements Question {}

    /** The message that asks this. */
    default Message toMessage(long number) {
        return toMessage().with("call", number);
    }

    /** A message that names this and asks nothing. */
    default Message toMessage() {
        if (this instanceof GrantDownloads downloads) {
            return Message.of("grantDownloads").with("store", downloads.store()).with("keys", downloads.keys());
        } else if (this instanceof StatManifest manifest) {
            return Message.of("statManifest")
                    .with("store", manifest.store())
                    .with("snapshot", manifest.snapshot().value());
        } else if (this instanceof OpenUpload upload) {
            return Message.of("openUpload").with("key", upload.key()).with("lengthBytes", upload.lengthBytes());
        } else if (this instanceof GrantPart part) {
            return Message.of("grantPart")
                    .with("key", part.key())
                    .with("number", part.number())
                    .with("lengthBytes", part.lengthBytes());
        } else if (this instanceof CompleteUpload upload) {
            List<Message> parts = upload.parts().stream().map(Grants::of).toList();
            return Message.of("completeUpload").with("key", upload.key()).withAll("parts", parts);
        } else if (this instanceof AbandonUpload upload) {
            return Message.of("abandonUpload").with("key", upload.key());
        } else if (this instanceof StorePack pack) {
            return Message.of("storePack").with("key", pack.key()).withBytes("content", bytes(pack.content()));
        } else {
            return Message.of("commit").with("lengthBytes", ((Commit) this).lengthBytes());
        }
    }

    /** The question of a message. */
    static Question of(Message message) throws UnsupportedFormatException {
        return switch (message.type()) {
            case "grantDownloads" ->
                new GrantDownloads(message.count("store", Integer.MAX_VALUE), message.texts("keys"));
            case "statManifest" ->
                new StatManifest(
                        message.count("store", Integer.MAX_VALUE), message.parsed("snapshot", SnapshotId::new));
            case "openUpload" -> new OpenUpload(message.text("key"), message.number("lengthBytes"));
            case "grantPart" ->
                new GrantPart(
                        message.text("key"), message.count("number", Integer.MAX_VALUE), message.number("lengthBytes"));
            case "completeUpload" -> new CompleteUpload(message.text("key"), parts(message));
            case "abandonUpload" -> new AbandonUpload(message.text("key"));
            case "storePack" -> new StorePack(message.text("key"), ByteBuffer.wrap(message.bytes("content")));
            case "commit" -> new Commit(message.number("lengthBytes"));
            default -> throw message.unknown("The agent");
        };
    }

    private static byte[] bytes(ByteBuffer content) {
        byte[] bytes = new byte[content.remaining()];
        content.duplicate().get(bytes);
        return bytes;
    }

    private static List<UploadedPart> parts(Message message) throws UnsupportedFormatException {
        List<UploadedPart> parts = new ArrayList<>();
        for (Message part : message.messages("parts")) {
            parts.add(Grants.toUploadedPart(part));
        }
        return parts;
    }
}
