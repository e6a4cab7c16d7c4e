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
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The content of a lease.
 *
 * @param snapshot the snapshot being created or replicated
 * @param parent the snapshot whose chunks it relies on
 * @param creators other snapshots, which need not exist, on whose packs it relies
 * @param renewedAt when its creator was last heard of
 */
public record LeaseRecord(
        SnapshotId snapshot, Optional<SnapshotId> parent, Set<SnapshotId> creators, Instant renewedAt) {
    /** Room for ten thousand creators. */
    public static final int MAX_BYTES = 1 << 20;

    public LeaseRecord {
        creators = Set.copyOf(creators);
    }

    public LeaseRecord renewed(Instant time) {
        return new LeaseRecord(snapshot, parent, creators, time);
    }

    /** Whether it protects the packs that a snapshot's create has stored. */
    public boolean coversPacksOf(SnapshotId creator) {
        return snapshot.equals(creator) || creators.contains(creator);
    }

    public byte[] encode() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JsonLines.FACTORY.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("snapshot", snapshot.value());
            if (parent.isPresent()) {
                json.writeStringField("parent", parent.get().value());
            }
            writeCreators(json);
            json.writeStringField("renewedAt", renewedAt.toString());
            json.writeEndObject();
            json.writeRaw('\n');
        }
        if (bytes.size() > MAX_BYTES) {
            throw new DataIntegrityException(
                    snapshot.value(),
                    0,
                    "Snapshot " + snapshot + " relies on packs of " + creators.size() + " snapshots, more than a lease"
                            + " can name",
                    null);
        }
        return bytes.toByteArray();
    }

    private void writeCreators(JsonGenerator json) throws IOException {
        if (!creators.isEmpty()) {
            json.writeArrayFieldStart("creators");
            for (SnapshotId creator : new TreeSet<>(creators)) {
                json.writeString(creator.value());
            }
            json.writeEndArray();
        }
    }

    /**
     * @throws DataIntegrityException if the bytes are no lease, or that of another snapshot than the key says
     */
    public static LeaseRecord decode(byte[] bytes, String key) throws IOException {
        try (JsonParser json = JsonLines.FACTORY.createParser(bytes)) {
            JsonLines.expect(json.nextToken(), JsonToken.START_OBJECT);
            String snapshot = "";
            String parent = null;
            Set<SnapshotId> creators = new HashSet<>();
            String renewedAt = "";
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                json.nextToken();
                switch (name) {
                    case "snapshot" -> snapshot = JsonLines.readText(json);
                    case "parent" -> parent = JsonLines.readText(json);
                    case "creators" -> readCreators(json, creators);
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
                    creators,
                    Instant.parse(renewedAt));
        } catch (JacksonException | IllegalArgumentException | DateTimeException broken) {
            throw new DataIntegrityException(key, 0, key + " is no lease: " + broken.getMessage(), broken);
        }
    }

    private static void readCreators(JsonParser json, Set<SnapshotId> target) throws IOException {
        JsonLines.expect(json.currentToken(), JsonToken.START_ARRAY);
        while (json.nextToken() != JsonToken.END_ARRAY) {
            target.add(new SnapshotId(JsonLines.readText(json)));
        }
    }
}
