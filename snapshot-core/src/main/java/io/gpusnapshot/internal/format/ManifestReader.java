package io.gpusnapshot.internal.format;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.error.SnapshotException;
import io.gpusnapshot.error.WorkspaceException;
import io.gpusnapshot.model.WorkspaceEntry;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a manifest as a stream: header, tables of packs and chunks, then entry by entry. Nothing that it returns may be
 * acted upon beyond reading before {@link #nextEntry()} has returned null, because only then has the digest at the end
 * been compared; a caller that changes anything reads the manifest through once before.
 */
public final class ManifestReader implements EntrySource, Closeable {
    /** Tables take less in memory than their lines do; of well compressed hostile ones there is no end. */
    private static final long MAX_TABLE_BYTES = Runtime.getRuntime().maxMemory() / 4 * 3;

    private final String subject;
    private final long maxTableBytes;
    private final LineReader lines;
    private final ManifestHeader header;
    private final EntryReadKernel entryKernel = new EntryReadKernel();
    /** Index of the next line in the current block. */
    private int at;

    private final List<StoredPack> packs = new ArrayList<>();
    private final List<StoredChunk> chunks = new ArrayList<>();
    private final EntryRules rules = new EntryRules(chunks);
    private long entries;
    private boolean ended;
    private String sha256 = "";
    /** The first entry, which had to be read to see that the tables have ended. */
    private @Nullable WorkspaceEntry lookahead;

    /**
     * Reads header and tables.
     *
     * @param decoded the lines, already out of their frame; closed with this reader
     * @param subject what to name in errors
     */
    public ManifestReader(InputStream decoded, String subject) throws IOException {
        this(decoded, subject, MAX_TABLE_BYTES);
    }

    /**
     * @param maxTableBytes most bytes of lines up to the first entry, since all they say is held in memory
     */
    ManifestReader(InputStream decoded, String subject, long maxTableBytes) throws IOException {
        this.maxTableBytes = maxTableBytes;
        this.subject = subject;
        this.lines = new LineReader(decoded, subject);
        this.header = readHeader(lines, subject);
        this.at = endOfLine(lines, 0);
        this.lookahead = readTables();
    }

    /** Reads the header alone. */
    public static ManifestHeader readHeader(InputStream decoded, String subject) throws IOException {
        try (LineReader lines = new LineReader(decoded, subject)) {
            return readHeader(lines, subject);
        }
    }

    public ManifestHeader header() {
        return header;
    }

    public List<StoredPack> packs() {
        return Collections.unmodifiableList(packs);
    }

    @Override
    public List<StoredChunk> chunks() {
        return Collections.unmodifiableList(chunks);
    }

    /** Returns the next entry in walk order, or null when the manifest has ended and its digest is right. */
    @Override
    public @Nullable WorkspaceEntry nextEntry() throws IOException {
        WorkspaceEntry entry = lookahead;
        lookahead = null;
        if (entry == null && !ended) {
            entry = readLine();
        }
        return entry;
    }

    /** SHA-256 of all lines but the footer; empty until the last entry has been read. */
    public String sha256() {
        return sha256;
    }

    /** Reads what is left, to prove the manifest whole. */
    public void requireWhole() throws IOException {
        WorkspaceEntry entry = nextEntry();
        while (entry != null) {
            entry = nextEntry();
        }
    }

    private static ManifestHeader readHeader(LineReader lines, String subject) throws IOException {
        if (!lines.next()) {
            throw new DataIntegrityException(subject, 0, subject + " is empty", null);
        }
        try (JsonParser json = parser(lines, 0, endOfLine(lines, 0))) {
            JsonLines.expect(json.nextToken(), JsonToken.START_OBJECT);
            String kind = readKind(json);
            if (!kind.equals(HeaderJson.KIND)) {
                throw new IllegalArgumentException("starts with \"" + kind + "\"");
            }
            ManifestHeader header = HeaderJson.read(json, subject);
            requireEnd(json);
            return header;
        } catch (JacksonException | IllegalArgumentException | DateTimeException broken) {
            throw damaged(subject, lines, broken);
        }
    }

    private @Nullable WorkspaceEntry readTables() throws IOException {
        WorkspaceEntry entry = null;
        while (entry == null && !ended) {
            entry = readLine();
        }
        if (!BaseChunks.areDistinct(chunks)) {
            throw damaged(subject, lines, new IllegalArgumentException("a chunk that is a base stands there twice"));
        }
        return entry;
    }

    /** Reads one line; returns it if it is an entry, else files it where it belongs and returns null. */
    private @Nullable WorkspaceEntry readLine() throws IOException {
        try {
            if (at == lines.length()) {
                nextBlock();
                requireRoomForTables();
            }
            WorkspaceEntry entry = entryKernel.read(lines.buffer(), at, lines.length());
            if (entry == null) {
                return parseLine();
            }
            at = entryKernel.end();
            return checked(entry);
        } catch (UnsafePathException unsafe) {
            throw unsafePath(unsafe);
        } catch (JacksonException | IllegalArgumentException | DateTimeException broken) {
            throw damaged(subject, lines, broken);
        }
    }

    private void nextBlock() throws IOException {
        if (!lines.next()) {
            throw new DataIntegrityException(
                    subject, lines.position(), subject + " is truncated: it has no footer", null);
        }
        at = 0;
    }

    private WorkspaceEntry checked(WorkspaceEntry entry) {
        rules.check(entry);
        entries++;
        return entry;
    }

    private void requireRoomForTables() throws DataIntegrityException {
        if (entries == 0 && lines.position() > maxTableBytes) {
            throw new DataIntegrityException(
                    subject,
                    lines.position(),
                    subject + " has tables of more than " + maxTableBytes + " bytes (" + packs.size() + " packs, "
                            + chunks.size()
                            + " chunks so far), which may not fit into memory; if you trust whoever wrote"
                            + " it, give Java a larger heap with -Xmx",
                    null);
        }
    }

    private @Nullable WorkspaceEntry parseLine() throws IOException {
        int start = at;
        at = endOfLine(lines, start);
        try (JsonParser json = parser(lines, start, at)) {
            JsonLines.expect(json.nextToken(), JsonToken.START_OBJECT);
            WorkspaceEntry entry = parseObject(json);
            requireEnd(json);
            return entry;
        }
    }

    private @Nullable WorkspaceEntry parseObject(JsonParser json) throws IOException {
        String kind = readKind(json);
        boolean inTables = entries == 0;
        switch (kind) {
            case EntryJson.KIND -> {
                return checked(EntryJson.read(json));
            }
            case TableJson.PACK -> {
                require(inTables && chunks.isEmpty(), kind);
                packs.add(TableJson.readPack(json));
            }
            case TableJson.CHUNK -> {
                require(inTables, kind);
                addChunk(TableJson.readChunk(json, packs, chunks));
            }
            case ManifestWriter.FOOTER -> readFooter(json);
            default -> throw new IllegalArgumentException("unknown kind of line \"" + kind + "\"");
        }
        return null;
    }

    private void addChunk(StoredChunk chunk) {
        if (chunk.base().isPresent() && !header.features().contains(ManifestHeader.DELTA)) {
            throw new IllegalArgumentException("a chunk has a base, which the header does not announce");
        }
        chunks.add(chunk);
    }

    private static void require(boolean inPlace, String kind) {
        if (!inPlace) {
            throw new IllegalArgumentException("a line of kind \"" + kind + "\" stands out of order");
        }
    }

    private void readFooter(JsonParser json) throws IOException {
        long packCount = -1;
        long chunkCount = -1;
        long entryCount = -1;
        String stated = "";
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            switch (name) {
                case "packs" -> packCount = JsonLines.readLong(json);
                case "chunks" -> chunkCount = JsonLines.readLong(json);
                case "entries" -> entryCount = JsonLines.readLong(json);
                case "sha256" -> stated = JsonLines.readText(json);
                default -> json.skipChildren();
            }
        }
        if (packCount != packs.size() || chunkCount != chunks.size() || entryCount != entries || entries == 0) {
            throw new IllegalArgumentException("counts in the footer differ from what was read");
        }
        if (!stated.equals(HexFormat.of().formatHex(lines.digest()))) {
            throw new IllegalArgumentException("SHA-256 in the footer differs from what was read");
        }
        ended = true;
        sha256 = stated;
        if (at < lines.length() || lines.next()) {
            throw new IllegalArgumentException("bytes follow the footer");
        }
    }

    private static JsonParser parser(LineReader lines, int start, int end) throws IOException {
        return JsonLines.FACTORY.createParser(lines.buffer(), start, end - start);
    }

    /** Index behind the line feed of the line that starts at an index of the current block. */
    private static int endOfLine(LineReader lines, int start) {
        byte[] block = lines.buffer();
        int index = start;
        while (block[index] != '\n') {
            index++;
        }
        return index + 1;
    }

    private static void requireEnd(JsonParser json) throws IOException {
        if (json.nextToken() != null) {
            throw new IllegalArgumentException("a line holds more than one object");
        }
    }

    /** The kind is the first field of every line. */
    private static String readKind(JsonParser json) throws IOException {
        if (!"kind".equals(json.nextFieldName())) {
            throw new IllegalArgumentException("a line does not start with its kind");
        }
        String kind = json.nextTextValue();
        return kind == null ? "" : kind;
    }

    private SnapshotException unsafePath(UnsafePathException unsafe) {
        return new WorkspaceException(
                WorkspaceException.Reason.UNSAFE_PATH,
                unsafe.path().toString(),
                subject + " is refused: " + unsafe.getMessage() + "; whoever wrote it is not to be trusted",
                unsafe);
    }

    private static DataIntegrityException damaged(String subject, LineReader lines, Exception cause) {
        return new DataIntegrityException(
                subject,
                lines.position(),
                subject + " is damaged before byte " + lines.position() + ": " + JsonLines.problem(cause)
                        + "; restore another snapshot, or this one from a replica",
                cause);
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
