package io.gpusnapshot.internal.format;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.gpusnapshot.codec.CodecRegistry;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** The {@code pack} and {@code chunk} lines of a manifest, and the chunk lines of a pack's footer. */
final class TableJson {
    static final String PACK = "pack";
    static final String CHUNK = "chunk";
    private static final String BASE = "base";
    private static final String BASE_SHA256 = "baseSha256";

    private TableJson() {}

    static void writePack(JsonGenerator json, StoredPack pack) throws IOException {
        json.writeStartObject();
        json.writeStringField("kind", PACK);
        json.writeStringField("key", pack.key());
        json.writeNumberField("storedBytes", pack.storedBytes());
        if (pack.version().isPresent()) {
            json.writeStringField("version", pack.version().get());
        }
        json.writeEndObject();
    }

    static StoredPack readPack(JsonParser json) throws IOException {
        String key = "";
        long storedBytes = -1;
        String version = null;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            switch (name) {
                case "key" -> key = JsonLines.readText(json);
                case "storedBytes" -> storedBytes = JsonLines.readLong(json);
                case "version" -> version = JsonLines.readText(json);
                default -> json.skipChildren();
            }
        }
        if (RepositoryLayout.creatorOfPack(key).isEmpty() || storedBytes < 0) {
            throw new IllegalArgumentException("not a pack: \"" + key + "\" of " + storedBytes + " bytes");
        }
        return new StoredPack(key, storedBytes, Optional.ofNullable(version));
    }

    /** A line of a manifest, which names a base by its index there. */
    static void writeChunk(JsonGenerator json, StoredChunk chunk, int packIndex, OptionalInt baseIndex)
            throws IOException {
        startChunk(json, chunk, packIndex);
        if (baseIndex.isPresent()) {
            json.writeNumberField(BASE, baseIndex.getAsInt());
        }
        json.writeEndObject();
    }

    /** A line of a pack's footer, which names a base by its digest, since it may lie in any pack. */
    static void writePackedChunk(JsonGenerator json, StoredChunk chunk) throws IOException {
        startChunk(json, chunk, 0);
        if (chunk.base().isPresent()) {
            json.writeStringField(BASE_SHA256, chunk.base().get().hex());
        }
        json.writeEndObject();
    }

    private static void startChunk(JsonGenerator json, StoredChunk chunk, int packIndex) throws IOException {
        json.writeStartObject();
        json.writeStringField("kind", CHUNK);
        json.writeStringField("sha256", chunk.id().hex());
        json.writeNumberField("pack", packIndex);
        json.writeNumberField("offset", chunk.offset());
        json.writeNumberField("storedBytes", chunk.storedBytes());
        json.writeNumberField("rawBytes", chunk.rawBytes());
        json.writeStringField("codec", chunk.codec());
        json.writeStringField("crc32c", HexFormat.of().toHexDigits(chunk.crc32c()));
    }

    /**
     * Reads a line of a manifest.
     *
     * @param before the lines that stand before it
     */
    static StoredChunk readChunk(JsonParser json, List<StoredPack> packs, List<StoredChunk> before) throws IOException {
        ChunkFields fields = readFields(json);
        return fields.toChunk(packs, fields.baseAmong(before));
    }

    /** Reads a line of a pack's footer. */
    static StoredChunk readPackedChunk(JsonParser json, StoredPack pack) throws IOException {
        ChunkFields fields = readFields(json);
        return fields.toChunk(List.of(pack), Optional.ofNullable(fields.baseId));
    }

    private static ChunkFields readFields(JsonParser json) throws IOException {
        ChunkFields fields = new ChunkFields();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            fields.read(name, json);
        }
        return fields;
    }

    /** What has been read of a chunk so far. */
    private static final class ChunkFields {
        private @Nullable ChunkId id;
        private @Nullable String codec;
        private int pack = -1;
        private long offset = -1;
        private int storedBytes;
        private int rawBytes;
        private int crc32c;
        private boolean checksummed;
        private @Nullable Integer baseIndex;
        private @Nullable ChunkId baseId;

        void read(String name, JsonParser json) throws IOException {
            switch (name) {
                case "sha256" -> id = ChunkId.parse(JsonLines.readText(json));
                case "pack" -> pack = JsonLines.readInt(json);
                case "offset" -> offset = JsonLines.readLong(json);
                case "storedBytes" -> storedBytes = JsonLines.readInt(json);
                case "rawBytes" -> rawBytes = JsonLines.readInt(json);
                case "codec" -> codec = JsonLines.readText(json).intern();
                case "crc32c" -> {
                    crc32c = parseChecksum(JsonLines.readText(json));
                    checksummed = true;
                }
                case BASE -> baseIndex = JsonLines.readInt(json);
                case BASE_SHA256 -> baseId = ChunkId.parse(JsonLines.readText(json));
                default -> json.skipChildren();
            }
        }

        /** A base stands before what is built upon it and is not built upon anything, so that there are no circles. */
        Optional<ChunkId> baseAmong(List<StoredChunk> before) {
            if (baseIndex == null) {
                return Optional.empty();
            }
            if (baseIndex < 0 || baseIndex >= before.size()) {
                throw new IllegalArgumentException(
                        "chunk " + before.size() + " with base " + baseIndex + ", which does not stand before it");
            }
            StoredChunk base = before.get(baseIndex);
            if (base.base().isPresent() || base.rawBytes() != rawBytes) {
                throw new IllegalArgumentException("chunk of " + rawBytes + " bytes with base " + baseIndex + " of "
                        + base.rawBytes() + ", which must be as long and have no base itself");
            }
            return Optional.of(base.id());
        }

        /** Bounds are checked here, once, so that readers may allocate and seek by these numbers. */
        StoredChunk toChunk(List<StoredPack> packs, Optional<ChunkId> base) {
            if (id == null || codec == null || pack < 0 || pack >= packs.size() || !checksummed) {
                throw new IllegalArgumentException("chunk without sha256, codec, crc32c or a known pack");
            }
            if (rawBytes < 1 || rawBytes > StoredChunk.MAX_RAW_BYTES || storedBytes < 1 || storedBytes > rawBytes) {
                throw new IllegalArgumentException(
                        "chunk of " + rawBytes + " raw and " + storedBytes + " stored bytes");
            }
            if (codec.equals(CodecRegistry.NONE) && storedBytes != rawBytes) {
                throw new IllegalArgumentException("chunk stored as is, but with another length");
            }
            if (codec.equals(CodecRegistry.NONE) && base.isPresent()) {
                throw new IllegalArgumentException("chunk stored as is, but with a base");
            }
            StoredPack home = packs.get(pack);
            if (offset < 0 || offset > home.storedBytes() - storedBytes) {
                throw new IllegalArgumentException("chunk at offset " + offset + " reaches beyond " + home.key());
            }
            return new StoredChunk(id, home.key(), offset, storedBytes, rawBytes, codec, crc32c, base);
        }

        private static int parseChecksum(String hex) {
            if (hex.length() != 2 * Integer.BYTES) {
                throw new IllegalArgumentException("not a CRC32C: \"" + hex + "\"");
            }
            return HexFormat.fromHexDigits(hex);
        }
    }
}
