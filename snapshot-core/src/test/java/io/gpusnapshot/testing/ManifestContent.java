package io.gpusnapshot.testing;

import io.gpusnapshot.internal.format.ManifestHeader;
import io.gpusnapshot.internal.format.ManifestReader;
import io.gpusnapshot.internal.format.ManifestWriter;
import io.gpusnapshot.internal.format.ManifestWriter.EntryLines;
import io.gpusnapshot.internal.format.StoredChunk;
import io.gpusnapshot.internal.format.StoredPack;
import io.gpusnapshot.model.WorkspaceEntry;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/** All that a manifest says, in memory. */
public record ManifestContent(
        ManifestHeader header, List<StoredPack> packs, List<StoredChunk> chunks, List<WorkspaceEntry> entries) {
    /** What errors name when {@link #read(byte[])} fails. */
    public static final String SUBJECT = "snapshots/the.manifest";

    public void write(OutputStream encoded) throws IOException {
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        try (EntryLines entryLines = new EntryLines(lines)) {
            for (WorkspaceEntry entry : entries) {
                entryLines.write(entry);
            }
        }
        try (ManifestWriter writer = new ManifestWriter(encoded)) {
            writer.writeHeader(header);
            writer.writeTables(packs, chunks);
            writer.writeEntries(new ByteArrayInputStream(lines.toByteArray()));
            writer.writeFooter(entries.size());
        }
    }

    /** The lines without a frame. */
    public byte[] toBytes() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        write(bytes);
        return bytes.toByteArray();
    }

    /** Reads a manifest to its end. */
    public static ManifestContent read(InputStream decoded) throws IOException {
        try (ManifestReader reader = new ManifestReader(decoded, SUBJECT)) {
            List<WorkspaceEntry> entries = new ArrayList<>();
            for (WorkspaceEntry entry = reader.nextEntry(); entry != null; entry = reader.nextEntry()) {
                entries.add(entry);
            }
            return new ManifestContent(
                    reader.header(), List.copyOf(reader.packs()), List.copyOf(reader.chunks()), entries);
        }
    }

    public static ManifestContent read(byte[] lines) throws IOException {
        return read(new ByteArrayInputStream(lines));
    }
}
