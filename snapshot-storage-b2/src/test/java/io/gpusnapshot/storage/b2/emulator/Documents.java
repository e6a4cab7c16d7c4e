package io.gpusnapshot.storage.b2.emulator;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The JSON documents on disk and the values they hold. */
final class Documents {
    private Documents() {}

    static Map<String, @Nullable Object> of(ApplicationKey key) {
        return Json.object(
                "keyId", key.keyId(),
                "secret", key.secret(),
                "name", key.name(),
                "capabilities", Capability.wireNames(key.capabilities()),
                "bucketIds", key.bucketIds(),
                "namePrefix", key.namePrefix().orElse(null),
                "expiresMillis", key.expires().map(Instant::toEpochMilli).orElse(null));
    }

    static ApplicationKey key(Params document) throws ApiException {
        Set<Capability> capabilities = EnumSet.noneOf(Capability.class);
        for (String name : document.texts("capabilities")) {
            Capability.ofWireName(name).ifPresent(capabilities::add);
        }
        return new ApplicationKey(
                document.text("keyId"),
                document.text("secret"),
                document.text("name"),
                capabilities,
                document.texts("bucketIds"),
                document.optionalText("namePrefix"),
                document.has("expiresMillis")
                        ? Optional.of(Instant.ofEpochMilli(document.number("expiresMillis", 0, Long.MAX_VALUE)))
                        : Optional.empty());
    }

    static Map<String, @Nullable Object> of(BucketSettings settings) {
        return Json.object(
                "name", settings.name(),
                "type", settings.type(),
                "info", settings.info(),
                "corsRules", settings.corsRules(),
                "lifecycleRules", settings.lifecycleRules(),
                "revision", settings.revision());
    }

    static BucketSettings settings(Params document) throws ApiException {
        return new BucketSettings(
                document.text("name"),
                document.text("type"),
                document.textMap("info"),
                document.list("corsRules"),
                document.list("lifecycleRules"),
                document.number("revision", 1, Long.MAX_VALUE));
    }

    static Map<String, @Nullable Object> of(FileVersion version) {
        List<Object> pieces = new ArrayList<>();
        version.content()
                .pieces()
                .forEach(piece -> pieces.add(String.valueOf(piece.file().getFileName())));
        List<Object> lengths = new ArrayList<>();
        version.content().pieces().forEach(piece -> lengths.add(Long.toString(piece.length())));
        return Json.object(
                "fileId", version.fileId(),
                "sequence", version.sequence(),
                "action", version.action().name(),
                "name", version.name(),
                "contentType", version.details().contentType(),
                "info", version.details().info(),
                "sha1", version.sha1().orElse(null),
                "uploadedMillis", version.uploadedMillis(),
                "pieces", pieces,
                "lengths", lengths);
    }

    static FileVersion version(Params document, Path folder) throws ApiException {
        List<StoredContent.Piece> pieces = new ArrayList<>();
        List<String> lengths = document.texts("lengths");
        for (String name : document.texts("pieces")) {
            pieces.add(new StoredContent.Piece(folder.resolve(name), Long.parseLong(lengths.get(pieces.size()))));
        }
        return new FileVersion(
                document.text("fileId"),
                document.number("sequence", 0, Long.MAX_VALUE),
                FileVersion.Action.valueOf(document.text("action")),
                new FileVersion.Details(document.text("name"), document.text("contentType"), document.textMap("info")),
                document.optionalText("sha1"),
                document.number("uploadedMillis", Long.MIN_VALUE, Long.MAX_VALUE),
                new StoredContent(pieces));
    }

    static Map<String, @Nullable Object> of(LargeFile.Part part) {
        return Json.object(
                "number", part.number(),
                "sha1", part.sha1(),
                "uploadedMillis", part.uploadedMillis(),
                "piece", String.valueOf(part.piece().file().getFileName()),
                "length", part.piece().length());
    }

    static LargeFile.Part part(Params document, Path folder) throws ApiException {
        return new LargeFile.Part(
                (int) document.number("number", 1, Integer.MAX_VALUE),
                document.text("sha1"),
                document.number("uploadedMillis", Long.MIN_VALUE, Long.MAX_VALUE),
                new StoredContent.Piece(
                        folder.resolve(document.text("piece")), document.number("length", 0, Long.MAX_VALUE)));
    }
}
