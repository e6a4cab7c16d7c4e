package io.gpusnapshot.internal.format;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.gpusnapshot.error.UnsupportedFormatException;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.model.SnapshotSummary;
import io.gpusnapshot.model.SnapshotTotals;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The {@code header} line of a manifest. */
final class HeaderJson {
    static final String KIND = "header";
    private static final String FORMAT = "gpu-snapshot-manifest";
    private static final int VERSION = 1;
    private static final Set<String> KNOWN_FEATURES = Set.of(ManifestHeader.DELTA);

    private HeaderJson() {}

    static void write(JsonGenerator json, ManifestHeader header) throws IOException {
        SnapshotSummary summary = header.summary();
        json.writeStartObject();
        json.writeStringField("kind", KIND);
        json.writeStringField("format", FORMAT);
        json.writeNumberField("version", VERSION);
        json.writeArrayFieldStart("critical");
        for (String feature : new TreeSet<>(header.features())) {
            json.writeString(feature);
        }
        json.writeEndArray();
        json.writeStringField("repository", header.repositoryId());
        json.writeStringField("snapshot", summary.id().value());
        json.writeStringField("token", header.token());
        json.writeStringField("createdAt", summary.createdAt().toString());
        json.writeStringField("instanceId", summary.instanceId());
        json.writeStringField("workspace", summary.workspace());
        if (summary.parent().isPresent()) {
            json.writeStringField("parent", summary.parent().get().value());
        }
        json.writeNumberField("chunkBytes", summary.chunkBytes());
        JsonLines.writeMap(json, "labels", summary.labels());
        JsonLines.writeMap(json, "host", summary.host());
        writeTotals(json, summary.totals());
        json.writeEndObject();
    }

    private static void writeTotals(JsonGenerator json, SnapshotTotals totals) throws IOException {
        json.writeObjectFieldStart("totals");
        json.writeNumberField("files", totals.files());
        json.writeNumberField("directories", totals.directories());
        json.writeNumberField("symlinks", totals.symlinks());
        json.writeNumberField("bytes", totals.bytes());
        json.writeNumberField("packs", totals.packs());
        json.writeNumberField("chunks", totals.chunks());
        json.writeNumberField("storedBytes", totals.storedBytes());
        json.writeNumberField("newStoredBytes", totals.newStoredBytes());
        json.writeEndObject();
    }

    /**
     * Reads the rest of the object, whose {@code kind} has been read.
     *
     * @throws UnsupportedFormatException if the manifest is of a newer version or needs a feature we do not know
     */
    static ManifestHeader read(JsonParser json, String subject) throws IOException {
        Fields fields = new Fields();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            fields.read(name, json);
        }
        fields.refuseWhatWeDoNotKnow(subject);
        return fields.toHeader();
    }

    /** What has been read of a header so far. */
    private static final class Fields {
        private final Map<String, String> texts = new TreeMap<>();
        private final Map<String, Long> totals = new TreeMap<>();
        private final List<String> critical = new ArrayList<>();
        private Map<String, String> labels = Map.of();
        private Map<String, String> host = Map.of();
        private int version;
        private int chunkBytes;
        private @Nullable String encryption;

        void read(String name, JsonParser json) throws IOException {
            switch (name) {
                case "version" -> version = JsonLines.readInt(json);
                case "chunkBytes" -> chunkBytes = JsonLines.readInt(json);
                case "labels" -> labels = JsonLines.readMap(json);
                case "host" -> host = JsonLines.readMap(json);
                case "totals" -> readTotals(json);
                case "critical" -> readCritical(json);
                case "encryption" -> {
                    encryption = name;
                    json.skipChildren();
                }
                default -> readText(name, json);
            }
        }

        private void readText(String name, JsonParser json) throws IOException {
            if (json.currentToken() == JsonToken.VALUE_STRING) {
                texts.put(name, JsonLines.readText(json));
            } else {
                json.skipChildren();
            }
        }

        private void readTotals(JsonParser json) throws IOException {
            JsonLines.expect(json.currentToken(), JsonToken.START_OBJECT);
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                if (json.nextToken() == JsonToken.VALUE_NUMBER_INT) {
                    totals.put(name, JsonLines.readLong(json));
                } else {
                    json.skipChildren();
                }
            }
        }

        private void readCritical(JsonParser json) throws IOException {
            JsonLines.expect(json.currentToken(), JsonToken.START_ARRAY);
            while (json.nextToken() == JsonToken.VALUE_STRING) {
                critical.add(JsonLines.readText(json));
            }
            JsonLines.expect(json.currentToken(), JsonToken.END_ARRAY);
        }

        void refuseWhatWeDoNotKnow(String subject) throws UnsupportedFormatException {
            if (!FORMAT.equals(texts.get("format")) || version < 1) {
                throw new IllegalArgumentException(
                        "not a manifest, its format is \"" + texts.get("format") + "\", version " + version);
            }
            if (version > VERSION || !KNOWN_FEATURES.containsAll(critical) || encryption != null) {
                throw new UnsupportedFormatException(
                        subject,
                        subject + " is of format version " + version + " with critical features "
                                + (encryption == null ? critical : List.of(encryption)) + ", but this software reads "
                                + "version " + VERSION + " with " + KNOWN_FEATURES
                                + " at most; use a newer version of GPU Snapshot");
            }
        }

        ManifestHeader toHeader() {
            if (chunkBytes < StoredChunk.MIN_CUT_BYTES
                    || chunkBytes > StoredChunk.MAX_RAW_BYTES
                    || Integer.bitCount(chunkBytes) != 1) {
                throw new IllegalArgumentException("files cut at every " + chunkBytes + " bytes");
            }
            SnapshotSummary summary = new SnapshotSummary(
                    new SnapshotId(text("snapshot")),
                    Instant.parse(text("createdAt")),
                    text("instanceId"),
                    text("workspace"),
                    Optional.ofNullable(texts.get("parent")).map(SnapshotId::new),
                    chunkBytes,
                    labels,
                    host,
                    toTotals());
            return new ManifestHeader(text("repository"), text("token"), Set.copyOf(critical), summary);
        }

        private SnapshotTotals toTotals() {
            return new SnapshotTotals(
                    total("files"),
                    total("directories"),
                    total("symlinks"),
                    total("bytes"),
                    total("packs"),
                    total("chunks"),
                    total("storedBytes"),
                    total("newStoredBytes"));
        }

        private long total(String name) {
            return totals.getOrDefault(name, 0L);
        }

        private String text(String name) {
            String text = texts.get(name);
            if (text == null) {
                throw new IllegalArgumentException("header without " + name);
            }
            return text;
        }
    }
}
