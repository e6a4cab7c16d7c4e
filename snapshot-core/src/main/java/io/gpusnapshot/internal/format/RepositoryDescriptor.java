package io.gpusnapshot.internal.format;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.error.UnsupportedFormatException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/**
 * The content of {@code repository.json}, written once when the repository is made.
 *
 * @param id random name of the repository, repeated in every manifest
 */
public record RepositoryDescriptor(String id) {
    /** Far above what the object ever needs. */
    public static final int MAX_BYTES = 1 << 16;

    private static final String FORMAT = "gpu-snapshot-repository";
    private static final int VERSION = 1;

    public byte[] encode() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JsonLines.FACTORY.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("format", FORMAT);
            json.writeNumberField("version", VERSION);
            json.writeStringField("id", id);
            json.writeStringField("hash", "sha256");
            json.writeStringField("chunking", "fixed");
            json.writeNumberField("maxChunkBytes", StoredChunk.MAX_RAW_BYTES);
            json.writeNullField("encryption");
            json.writeEndObject();
            json.writeRaw('\n');
        }
        return bytes.toByteArray();
    }

    /**
     * @throws DataIntegrityException if the bytes are something else
     * @throws UnsupportedFormatException if the repository is newer than this software, or encrypted
     */
    public static RepositoryDescriptor decode(byte[] bytes) throws IOException {
        try (JsonParser json = JsonLines.FACTORY.createParser(bytes)) {
            JsonLines.expect(json.nextToken(), JsonToken.START_OBJECT);
            return read(json);
        } catch (JacksonException | IllegalArgumentException broken) {
            throw new DataIntegrityException(
                    RepositoryLayout.REPOSITORY,
                    0,
                    RepositoryLayout.REPOSITORY + " is not the descriptor of a GPU Snapshot repository: "
                            + broken.getMessage(),
                    broken);
        }
    }

    private static RepositoryDescriptor read(JsonParser json) throws IOException {
        String format = "";
        String id = "";
        int version = 0;
        boolean encrypted = false;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            JsonToken value = json.nextToken();
            switch (name) {
                case "format" -> format = JsonLines.readText(json);
                case "version" -> version = JsonLines.readInt(json);
                case "id" -> id = JsonLines.readText(json);
                case "encryption" -> {
                    encrypted = value != JsonToken.VALUE_NULL;
                    json.skipChildren();
                }
                default -> json.skipChildren();
            }
        }
        if (!format.equals(FORMAT) || version < 1 || id.isEmpty()) {
            throw new IllegalArgumentException("its format is \"" + format + "\", version " + version);
        }
        if (version > VERSION || encrypted) {
            throw new UnsupportedFormatException(
                    RepositoryLayout.REPOSITORY,
                    "The repository is of format version " + version + (encrypted ? ", encrypted" : "")
                            + "; this software reads version " + VERSION + " without encryption; use a newer one");
        }
        return new RepositoryDescriptor(id);
    }
}
