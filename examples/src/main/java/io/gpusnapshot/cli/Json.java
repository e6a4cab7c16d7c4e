package io.gpusnapshot.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.gpusnapshot.model.RawPath;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.model.SnapshotSummary;
import io.gpusnapshot.model.SnapshotWarning;
import io.gpusnapshot.model.WorkspaceEntry;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The JSON forms of what several commands report. */
final class Json {
    private Json() {}

    static void seconds(JsonGenerator json, Duration duration) throws IOException {
        json.writeNumberField("seconds", BigDecimal.valueOf(duration.toMillis(), 3));
    }

    /** An array of objects with {@code path} (or another subject) and {@code problem}. */
    static void problems(JsonGenerator json, String name, String subject, List<SnapshotWarning> warnings)
            throws IOException {
        json.writeArrayFieldStart(name);
        for (SnapshotWarning warning : warnings) {
            json.writeStartObject();
            json.writeStringField(subject, warning.path());
            json.writeStringField("problem", warning.problem());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    static void ids(JsonGenerator json, String name, List<SnapshotId> ids) throws IOException {
        json.writeArrayFieldStart(name);
        for (SnapshotId id : ids) {
            json.writeString(id.value());
        }
        json.writeEndArray();
    }

    /** The fields of a snapshot, without its host. */
    static void summary(JsonGenerator json, SnapshotSummary summary) throws IOException {
        json.writeStringField("id", summary.id().value());
        json.writeStringField("createdAt", summary.createdAt().toString());
        json.writeStringField("instanceId", summary.instanceId());
        json.writeStringField("workspace", summary.workspace());
        parent(json, summary.parent());
        texts(json, "labels", summary.labels());
        json.writeNumberField("files", summary.totals().files());
        json.writeNumberField("directories", summary.totals().directories());
        json.writeNumberField("symlinks", summary.totals().symlinks());
        json.writeNumberField("bytes", summary.totals().bytes());
        json.writeNumberField("storedBytes", summary.totals().storedBytes());
        json.writeNumberField("newStoredBytes", summary.totals().newStoredBytes());
    }

    static void parent(JsonGenerator json, Optional<SnapshotId> parent) throws IOException {
        json.writeFieldName("parent");
        json.writeString(parent.map(SnapshotId::value).orElse(null));
    }

    static void texts(JsonGenerator json, String name, Map<String, String> texts) throws IOException {
        json.writeObjectFieldStart(name);
        for (Map.Entry<String, String> text : new TreeMap<>(texts).entrySet()) {
            json.writeStringField(text.getKey(), text.getValue());
        }
        json.writeEndObject();
    }

    static void entry(JsonGenerator json, WorkspaceEntry entry) throws IOException {
        json.writeStartObject();
        path(json, "path", entry.path());
        json.writeStringField("type", entry.type().id());
        json.writeNumberField("size", entry.content().sizeBytes());
        json.writeStringField("mode", String.format("%04o", entry.metadata().mode()));
        json.writeNumberField("uid", entry.metadata().userId());
        json.writeNumberField("gid", entry.metadata().groupId());
        json.writeStringField("mtime", entry.metadata().modified().toString());
        if (entry.linkTarget().isPresent()) {
            path(json, "target", entry.linkTarget().get());
        }
        json.writeEndObject();
    }

    /** A path as text, or its bytes in Base64, under another name, if they are not UTF-8. */
    static void path(JsonGenerator json, String name, RawPath path) throws IOException {
        Optional<String> text = path.text();
        if (text.isPresent()) {
            json.writeStringField(name, text.get());
        } else {
            json.writeBinaryField(name + "Base64", path.bytes());
        }
    }
}
