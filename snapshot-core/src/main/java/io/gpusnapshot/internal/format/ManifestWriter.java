package io.gpusnapshot.internal.format;

import com.fasterxml.jackson.core.JsonGenerator;
import io.gpusnapshot.error.UnsupportedFormatException;
import io.gpusnapshot.model.WorkspaceEntry;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Writes a manifest as a stream. Call the methods in the order in which they stand here. */
public final class ManifestWriter implements Closeable {
    static final String FOOTER = "footer";

    private final OutputStream out;
    private final MessageDigest sha256 = Digests.sha256();
    private final LineBuffer line = new LineBuffer();
    private int packs;
    private int chunks;

    /**
     * @param encoded where the lines go, for example the stream of a codec; closed with this writer
     */
    public ManifestWriter(OutputStream encoded) throws IOException {
        this.out = encoded;
    }

    public void writeHeader(ManifestHeader header) throws IOException {
        HeaderJson.write(line.json(), header);
        endLine();
    }

    public void writeTables(List<StoredPack> packTable, List<StoredChunk> chunkTable) throws IOException {
        Map<String, Integer> packIndex = new HashMap<>();
        for (StoredPack pack : packTable) {
            packIndex.put(pack.key(), packs++);
            TableJson.writePack(line.json(), pack);
            endLine();
        }
        writeChunks(chunkTable, packIndex);
    }

    private void writeChunks(List<StoredChunk> chunkTable, Map<String, Integer> packIndex) throws IOException {
        BaseChunks bases = BaseChunks.of(chunkTable);
        Map<ChunkId, Integer> baseIndex = new HashMap<>();
        for (StoredChunk chunk : chunkTable) {
            Integer index = packIndex.get(chunk.packKey());
            Integer base = chunk.base().map(baseIndex::get).orElse(null);
            if (index == null || (base == null && chunk.base().isPresent())) {
                throw new IllegalStateException("pack or base does not stand before its chunk in the table: " + chunk);
            }
            if (bases.isBase(chunk)) {
                baseIndex.put(chunk.id(), chunks);
            }
            chunks++;
            TableJson.writeChunk(line.json(), chunk, index, base == null ? OptionalInt.empty() : OptionalInt.of(base));
            endLine();
        }
    }

    /** Copies lines that an {@link EntryLines} has made. */
    public void writeEntries(InputStream entryLines) throws IOException {
        byte[] buffer = new byte[1 << 16];
        for (int count = entryLines.read(buffer); count >= 0; count = entryLines.read(buffer)) {
            sha256.update(buffer, 0, count);
            out.write(buffer, 0, count);
        }
    }

    public void writeFooter(long entries) throws IOException {
        JsonGenerator json = line.json();
        json.writeStartObject();
        json.writeStringField("kind", FOOTER);
        json.writeNumberField("packs", packs);
        json.writeNumberField("chunks", chunks);
        json.writeNumberField("entries", entries);
        json.writeStringField("sha256", HexFormat.of().formatHex(sha256.digest()));
        json.writeEndObject();
        line.moveTo(out, sha256);
    }

    private void endLine() throws IOException {
        line.moveTo(out, sha256);
    }

    @Override
    public void close() throws IOException {
        out.close();
    }

    /** Makes the entry lines of a manifest before its header and tables are known. */
    public static final class EntryLines implements Closeable {
        private final OutputStream out;
        private final EntryWriteKernel kernel = new EntryWriteKernel();
        private final LineBuffer line = new LineBuffer();
        private long count;

        public EntryLines(OutputStream out) throws IOException {
            this.out = out;
        }

        public void write(WorkspaceEntry entry) throws IOException {
            if (EntryWriteKernel.canWrite(entry)) {
                kernel.write(entry, out);
            } else {
                writeJson(entry);
            }
            count++;
        }

        private void writeJson(WorkspaceEntry entry) throws IOException {
            EntryJson.write(line.json(), entry);
            if (line.length() > LineReader.MAX_LINE_BYTES) {
                throw new UnsupportedFormatException(
                        entry.path().toString(),
                        "\"" + entry.path() + "\" needs a manifest line of " + line.length()
                                + " bytes, but the format has" + " room for " + LineReader.MAX_LINE_BYTES
                                + "; create with larger chunks");
            }
            line.moveTo(out);
        }

        public long count() {
            return count;
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }

    /** One line at a time, so that it can be digested whole. */
    private static final class LineBuffer {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        private final JsonGenerator json;

        LineBuffer() throws IOException {
            json = JsonLines.FACTORY.createGenerator(bytes);
            json.setRootValueSeparator(null);
        }

        JsonGenerator json() {
            return json;
        }

        int length() throws IOException {
            json.flush();
            return bytes.size() + 1;
        }

        void moveTo(OutputStream out) throws IOException {
            json.flush();
            bytes.write('\n');
            bytes.writeTo(out);
            bytes.reset();
        }

        void moveTo(OutputStream out, MessageDigest digest) throws IOException {
            json.flush();
            bytes.write('\n');
            byte[] whole = bytes.toByteArray();
            digest.update(whole);
            out.write(whole);
            bytes.reset();
        }
    }
}
