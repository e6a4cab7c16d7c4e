package io.gpusnapshot.internal.format;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.error.UnsupportedFormatException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The end of a pack: a table of its chunks as JSON lines, then a trailer of {@value #TRAILER_BYTES} bytes (little-endian):
 * length of the table (4 bytes), CRC32C of the table (4), format version (4), CRC32C of the twelve bytes before (4), and
 * {@code GPUSPACK} in ASCII (8).
 */
public final class PackFooter {
    public static final int TRAILER_BYTES = 24;
    private static final byte[] MAGIC = "GPUSPACK".getBytes(StandardCharsets.US_ASCII);
    /** Of packs all of whose frames are chunks themselves. */
    private static final int PLAIN_VERSION = 1;
    /** Of packs with differences, which a reader that takes them for chunks would call damaged. */
    private static final int VERSION = 2;
    /** Bounds what a reader of a footer allocates. */
    private static final int MAX_TABLE_BYTES = 16 << 20;
    /** So many lines fit into the longest table, and be all of them of differences. */
    public static final int MAX_CHUNKS = 48 << 10;

    private PackFooter() {}

    /** Gives the last bytes of a pack. */
    @FunctionalInterface
    public interface EndReader {
        ByteBuffer read(int length) throws IOException, InterruptedException;
    }

    /**
     * Reads the table of a pack.
     *
     * @throws DataIntegrityException if the pack does not end like one
     */
    public static List<StoredChunk> read(StoredPack pack, EndReader end) throws IOException, InterruptedException {
        if (pack.storedBytes() < TRAILER_BYTES) {
            throw new DataIntegrityException(pack.key(), 0, "is too short for a pack", null);
        }
        int table = tableBytes(end.read(TRAILER_BYTES), pack.key());
        if (table > pack.storedBytes() - TRAILER_BYTES) {
            throw new DataIntegrityException(pack.key(), 0, "has a table longer than itself", null);
        }
        return decode(end.read(table + TRAILER_BYTES), pack);
    }

    /** The footer of a pack that holds these chunks. */
    public static byte[] encode(List<StoredChunk> chunks) throws IOException {
        ByteArrayOutputStream table = new ByteArrayOutputStream();
        try (JsonGenerator json = JsonLines.FACTORY.createGenerator(table)) {
            json.setRootValueSeparator(null);
            for (StoredChunk chunk : chunks) {
                TableJson.writePackedChunk(json, chunk);
                json.writeRaw('\n');
            }
        }
        ByteBuffer trailer = ByteBuffer.allocate(TRAILER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        trailer.putInt(table.size()).putInt(Digests.crc32c(ByteBuffer.wrap(table.toByteArray())));
        trailer.putInt(versionFor(chunks))
                .putInt(Digests.crc32c(trailer.duplicate().flip()));
        trailer.put(MAGIC);
        table.write(trailer.array());
        return table.toByteArray();
    }

    private static int versionFor(List<StoredChunk> chunks) {
        return chunks.stream().allMatch(chunk -> chunk.base().isEmpty()) ? PLAIN_VERSION : VERSION;
    }

    /**
     * Length in bytes of the table in front of a trailer.
     *
     * @param trailer the last {@value #TRAILER_BYTES} bytes of a pack
     * @throws DataIntegrityException if these are not the last bytes of a pack
     */
    public static int tableBytes(ByteBuffer trailer, String subject) throws IOException {
        ByteBuffer in = trailer.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        int start = in.position();
        int checksum = Digests.crc32c(in.duplicate().limit(start + 12));
        int length = in.getInt(start);
        int version = in.getInt(start + 8);
        byte[] magic = new byte[MAGIC.length];
        in.get(start + 16, magic);
        if (!Arrays.equals(magic, MAGIC) || in.getInt(start + 12) != checksum || version < 1) {
            throw new DataIntegrityException(subject, 0, subject + " does not end like a pack", null);
        }
        if (version > VERSION) {
            throw new UnsupportedFormatException(
                    subject, subject + " is a pack of format version " + version + ", this software reads " + VERSION);
        }
        if (length < 0 || length > MAX_TABLE_BYTES) {
            throw new DataIntegrityException(
                    subject, 0, subject + " claims to have a table of " + length + " bytes", null);
        }
        return length;
    }

    /**
     * Reads the table.
     *
     * @param footer table and trailer
     * @param pack the pack, whose length bounds the chunks
     */
    public static List<StoredChunk> decode(ByteBuffer footer, StoredPack pack) throws IOException {
        String subject = pack.key();
        ByteBuffer table = footer.duplicate().limit(footer.limit() - TRAILER_BYTES);
        ByteBuffer trailer = footer.duplicate().position(table.limit());
        int checksum = trailer.order(ByteOrder.LITTLE_ENDIAN).getInt(trailer.position() + 4);
        if (tableBytes(trailer, subject) != table.remaining() || Digests.crc32c(table) != checksum) {
            throw new DataIntegrityException(
                    subject, pack.storedBytes() - footer.remaining(), subject + " has a damaged table", null);
        }
        byte[] lines = new byte[table.remaining()];
        table.get(lines);
        return parse(lines, new StoredPack(subject, pack.storedBytes() - footer.remaining(), Optional.empty()));
    }

    private static List<StoredChunk> parse(byte[] lines, StoredPack pack) throws IOException {
        List<StoredChunk> chunks = new ArrayList<>();
        try (JsonParser json = JsonLines.FACTORY.createParser(lines)) {
            for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                JsonLines.expect(token, JsonToken.START_OBJECT);
                chunks.add(TableJson.readPackedChunk(json, pack));
            }
        } catch (JacksonException | IllegalArgumentException broken) {
            throw new DataIntegrityException(
                    pack.key(),
                    pack.storedBytes(),
                    pack.key() + " has a damaged table: " + broken.getMessage(),
                    broken);
        }
        return chunks;
    }
}
