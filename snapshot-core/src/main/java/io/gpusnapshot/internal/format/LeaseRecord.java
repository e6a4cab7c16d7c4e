package io.gpusnapshot.internal.format;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.model.SnapshotId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/**
 * The content of a lease.
 *
 * @param snapshot the snapshot being created
 * @param parent the snapshot whose chunks it relies on
 * @param renewedAt when its creator was last heard of
 */
public record LeaseRecord(SnapshotId snapshot, Optional<SnapshotId> parent, Instant renewedAt) {
    /** Far above what the object ever needs. */
    public static final int MAX_BYTES = 1 << 16;

    public LeaseRecord renewed(Instant time) {
        return new LeaseRecord(snapshot, parent, time);
    }

    public byte[] encode() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JsonLines.FACTORY.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("snapshot", snapshot.value());
            if (parent.isPresent()) {
                json.writeStringField("parent", parent.get().value());
            }
            json.writeStringField("renewedAt", renewedAt.toString());
            json.writeEndObject();
            json.writeRaw('\n');
        }
        return bytes.toByteArray();
    }

    /**
     * @throws DataIntegrityException if the bytes are no lease, or that of another snapshot than the key says
     */
    public static LeaseRecord decode(byte[] bytes, String key) throws IOException {
        try (JsonParser json = JsonLines.FACTORY.createParser(bytes)) {
            JsonLines.expect(json.nextToken(), JsonToken.START_OBJECT);
            String snapshot = "";
            String parent = null;
            String renewedAt = "";
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                json.nextToken();
                switch (name) {
                    case "snapshot" -> snapshot = JsonLines.readText(json);
                    case "parent" -> parent = JsonLines.readText(json);
                    case "renewedAt" -> renewedAt = JsonLines.readText(json);
                    default -> json.skipChildren();
                }
            }
            if (!RepositoryLayout.lease(new SnapshotId(snapshot)).equals(key)) {
                throw new IllegalArgumentException("it is that of " + snapshot);
            }
            return new LeaseRecord(
                    new SnapshotId(snapshot),
                    Optional.ofNullable(parent).map(SnapshotId::new),
                    Instant.parse(renewedAt));
        } catch (JacksonException | IllegalArgumentException | DateTimeException broken) {
            throw new DataIntegrityException(key, 0, key + " is no lease: " + broken.getMessage(), broken);
        }
    }
}
