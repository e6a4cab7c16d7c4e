package io.gpusnapshot.internal.format;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.gpusnapshot.model.ChangeStamp;
import io.gpusnapshot.model.EntryMetadata;
import io.gpusnapshot.model.EntryType;
import io.gpusnapshot.model.ExtendedAttribute;
import io.gpusnapshot.model.Extent;
import io.gpusnapshot.model.FileContent;
import io.gpusnapshot.model.RawPath;
import io.gpusnapshot.model.WorkspaceEntry;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The {@code entry} line of a manifest. */
final class EntryJson {
    static final String KIND = "entry";
    /** User and group ids of Linux have 32 bits, and all of them set means nobody. */
    static final long MAX_OWNER = 0xfffffffeL;

    private EntryJson() {}

    static void write(JsonGenerator json, WorkspaceEntry entry) throws IOException {
        json.writeStartObject();
        json.writeStringField("kind", KIND);
        JsonLines.writePath(json, "path", entry.path());
        json.writeStringField("type", entry.type().id());
        writeMetadata(json, entry.metadata());
        if (entry.stamp().isReliable()) {
            JsonLines.writeInstant(json, "ctime", entry.stamp().statusChanged());
            json.writeNumberField("inode", entry.stamp().inode());
        }
        if (entry.type() == EntryType.FILE) {
            writeContent(json, entry.content());
        }
        if (entry.linkTarget().isPresent()) {
            JsonLines.writePath(json, "target", entry.linkTarget().get());
        }
        json.writeEndObject();
    }

    private static void writeMetadata(JsonGenerator json, EntryMetadata metadata) throws IOException {
        json.writeStringField("mode", octal(metadata.mode()));
        json.writeNumberField("uid", metadata.userId());
        json.writeNumberField("gid", metadata.groupId());
        JsonLines.writeInstant(json, "mtime", metadata.modified());
        if (!metadata.attributes().isEmpty()) {
            json.writeArrayFieldStart("xattrs");
            for (ExtendedAttribute attribute : metadata.attributes()) {
                json.writeStartObject();
                JsonLines.writePath(json, "name", attribute.name());
                json.writeBinaryField("valueBase64", attribute.value());
                json.writeEndObject();
            }
            json.writeEndArray();
        }
    }

    private static String octal(int mode) {
        char[] digits = {'0', '0', '0', '0'};
        for (int i = 3, rest = mode; i >= 0; i--, rest >>= 3) {
            digits[i] = (char) ('0' + (rest & 7));
        }
        return new String(digits);
    }

    private static void writeContent(JsonGenerator json, FileContent content) throws IOException {
        json.writeNumberField("size", content.sizeBytes());
        json.writeArrayFieldStart("extents");
        for (Extent extent : content.extents()) {
            json.writeStartArray();
            json.writeNumber(extent.fileOffset());
            json.writeNumber(extent.chunk());
            json.writeNumber(extent.chunkOffset());
            json.writeNumber(extent.length());
            json.writeEndArray();
        }
        json.writeEndArray();
        if (content.linkGroup().isPresent()) {
            json.writeNumberField("link", content.linkGroup().getAsLong());
        }
        if (content.changedWhileRead()) {
            json.writeBooleanField("changed", true);
        }
    }

    /** Reads the rest of the object, whose {@code kind} has been read. */
    static WorkspaceEntry read(JsonParser json) throws IOException {
        Fields fields = new Fields();
        try {
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                json.nextToken();
                fields.read(name, json);
            }
            return fields.toEntry();
        } catch (JacksonException | IllegalArgumentException | DateTimeException broken) {
            throw new IllegalArgumentException(fields.describe() + ": " + JsonLines.problem(broken), broken);
        }
    }

    /** What has been read of an entry so far. */
    private static final class Fields {
        private @Nullable RawPath path;
        private @Nullable EntryType type;
        private @Nullable RawPath target;
        private @Nullable Instant modified;
        private int mode = -1;
        private long userId = -1;
        private long groupId = -1;
        private long size = -1;
        private Instant statusChanged = Instant.EPOCH;
        private long inode;
        private OptionalLong linkGroup = OptionalLong.empty();
        private boolean changed;
        private List<Extent> extents = List.of();
        private List<ExtendedAttribute> attributes = List.of();

        void read(String name, JsonParser json) throws IOException {
            switch (name) {
                case "path" -> path = JsonLines.readPath(json);
                case "pathBase64" -> path = JsonLines.readBase64Path(json);
                case "type" -> type = parseType(JsonLines.readText(json));
                case "mode" -> mode = parseMode(JsonLines.readText(json));
                case "uid" -> userId = readOwner(json);
                case "gid" -> groupId = readOwner(json);
                case "mtime" -> modified = JsonLines.readInstant(json);
                case "ctime" -> statusChanged = JsonLines.readInstant(json);
                case "inode" -> inode = JsonLines.readLong(json);
                case "size" -> size = JsonLines.readLong(json);
                case "extents" -> extents = readExtents(json);
                case "link" -> linkGroup = OptionalLong.of(JsonLines.readLong(json));
                case "changed" -> changed = json.getBooleanValue();
                case "xattrs" -> attributes = readAttributes(json);
                case "target" -> target = JsonLines.readPath(json);
                case "targetBase64" -> target = JsonLines.readBase64Path(json);
                default -> json.skipChildren();
            }
        }

        String describe() {
            return path == null ? "an entry without path" : "the entry \"" + path + "\"";
        }

        WorkspaceEntry toEntry() {
            RawPath requiredPath = require(path, "path");
            EntryType requiredType = require(type, "type");
            Instant requiredTime = require(modified, "mtime");
            if (mode < 0 || userId < 0 || groupId < 0 || (requiredType == EntryType.FILE && size < 0)) {
                throw new IllegalArgumentException("mode, uid, gid or size are missing or negative");
            }
            FileContent content = requiredType == EntryType.FILE
                    ? new FileContent(size, extents, linkGroup, changed)
                    : FileContent.NOTHING;
            return new WorkspaceEntry(
                    requiredPath,
                    requiredType,
                    new EntryMetadata(mode, userId, groupId, requiredTime, attributes),
                    new ChangeStamp(statusChanged, inode),
                    content,
                    Optional.ofNullable(target));
        }

        private static <T> T require(@Nullable T value, String name) {
            if (value == null) {
                throw new IllegalArgumentException("it has no " + name);
            }
            return value;
        }
    }

    private static EntryType parseType(String id) {
        for (EntryType type : EntryType.values()) {
            if (type.id().equals(id)) {
                return type;
            }
        }
        throw new IllegalArgumentException("unknown entry type \"" + id + "\"");
    }

    private static long readOwner(JsonParser json) throws IOException {
        long id = JsonLines.readLong(json);
        if (id < 0 || id > MAX_OWNER) {
            throw new IllegalArgumentException("uid or gid out of range: " + id);
        }
        return id;
    }

    private static int parseMode(String octal) {
        int mode = Integer.parseInt(octal, 8);
        if (mode < 0 || mode > 07777) {
            throw new IllegalArgumentException("mode out of range: " + octal);
        }
        return mode;
    }

    private static List<Extent> readExtents(JsonParser json) throws IOException {
        JsonLines.expect(json.currentToken(), JsonToken.START_ARRAY);
        List<Extent> extents = new ArrayList<>(1);
        while (json.nextToken() == JsonToken.START_ARRAY) {
            long fileOffset = JsonLines.nextLong(json);
            extents.add(
                    new Extent(fileOffset, JsonLines.nextInt(json), JsonLines.nextInt(json), JsonLines.nextInt(json)));
            JsonLines.expect(json.nextToken(), JsonToken.END_ARRAY);
        }
        JsonLines.expect(json.currentToken(), JsonToken.END_ARRAY);
        return extents;
    }

    private static List<ExtendedAttribute> readAttributes(JsonParser json) throws IOException {
        JsonLines.expect(json.currentToken(), JsonToken.START_ARRAY);
        List<ExtendedAttribute> attributes = new ArrayList<>();
        while (json.nextToken() == JsonToken.START_OBJECT) {
            attributes.add(readAttribute(json));
        }
        JsonLines.expect(json.currentToken(), JsonToken.END_ARRAY);
        return attributes;
    }

    private static ExtendedAttribute readAttribute(JsonParser json) throws IOException {
        RawPath name = null;
        byte[] value = null;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            json.nextToken();
            switch (field) {
                case "name" -> name = JsonLines.readPath(json);
                case "nameBase64" -> name = JsonLines.readBase64Path(json);
                case "valueBase64" -> value = JsonLines.readBase64(json);
                default -> json.skipChildren();
            }
        }
        return new ExtendedAttribute(Fields.require(name, "xattr name"), Fields.require(value, "xattr value"));
    }
}
