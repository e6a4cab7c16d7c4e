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
    private final String subject;
    private final LineReader lines;
    private final ManifestHeader header;
    private JsonParser json;
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
        this.subject = subject;
        this.lines = new LineReader(decoded, subject);
        this.json = firstBlock(lines, subject);
        this.header = parseHeader(json, lines, subject);
        this.lookahead = readTables();
    }

    /** Reads the header alone. */
    public static ManifestHeader readHeader(InputStream decoded, String subject) throws IOException {
        try (LineReader lines = new LineReader(decoded, subject);
                JsonParser json = firstBlock(lines, subject)) {
            return parseHeader(json, lines, subject);
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

    private static JsonParser firstBlock(LineReader lines, String subject) throws IOException {
        if (!lines.next()) {
            throw new DataIntegrityException(subject, 0, subject + " is empty", null);
        }
        return parser(lines);
    }

    private static ManifestHeader parseHeader(JsonParser json, LineReader lines, String subject) throws IOException {
        try {
            JsonLines.expect(json.nextToken(), JsonToken.START_OBJECT);
            String kind = readKind(json);
            if (!kind.equals(HeaderJson.KIND)) {
                throw new IllegalArgumentException("starts with \"" + kind + "\"");
            }
            return HeaderJson.read(json, subject);
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
            JsonToken token = json.nextToken();
            while (token == null) {
                json = nextBlock();
                token = json.nextToken();
            }
            JsonLines.expect(token, JsonToken.START_OBJECT);
            return parseLine();
        } catch (UnsafePathException unsafe) {
            throw unsafePath(unsafe);
        } catch (JacksonException | IllegalArgumentException | DateTimeException broken) {
            throw damaged(subject, lines, broken);
        }
    }

    private JsonParser nextBlock() throws IOException {
        json.close();
        if (!lines.next()) {
            throw new DataIntegrityException(
                    subject, lines.position(), subject + " is truncated: it has no footer", null);
        }
        return parser(lines);
    }

    private @Nullable WorkspaceEntry parseLine() throws IOException {
        String kind = readKind(json);
        boolean inTables = entries == 0;
        switch (kind) {
            case EntryJson.KIND -> {
                WorkspaceEntry entry = EntryJson.read(json);
                rules.check(entry);
                entries++;
                return entry;
            }
            case TableJson.PACK -> {
                require(inTables && chunks.isEmpty(), kind);
                packs.add(TableJson.readPack(json));
            }
            case TableJson.CHUNK -> {
                require(inTables, kind);
                addChunk(TableJson.readChunk(json, packs, chunks));
            }
            case ManifestWriter.FOOTER -> readFooter();
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

    private void readFooter() throws IOException {
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
        if (json.nextToken() != null || lines.next()) {
            throw new IllegalArgumentException("bytes follow the footer");
        }
    }

    private static JsonParser parser(LineReader lines) throws IOException {
        return JsonLines.FACTORY.createParser(lines.buffer(), lines.start(), lines.length());
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
        json.close();
        lines.close();
    }
}
