package io.gpusnapshot.benchmarks.growth;

import io.gpusnapshot.codec.Codec;
import io.gpusnapshot.codec.CodecRegistry;
import io.gpusnapshot.internal.format.ManifestHeader;
import io.gpusnapshot.internal.format.ManifestWriter;
import io.gpusnapshot.internal.format.RepositoryLayout;
import io.gpusnapshot.internal.format.StoredChunk;
import io.gpusnapshot.internal.format.StoredPack;
import io.gpusnapshot.model.ChangeStamp;
import io.gpusnapshot.model.EntryMetadata;
import io.gpusnapshot.model.EntryType;
import io.gpusnapshot.model.Extent;
import io.gpusnapshot.model.FileContent;
import io.gpusnapshot.model.RawPath;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.model.SnapshotSummary;
import io.gpusnapshot.model.SnapshotTotals;
import io.gpusnapshot.model.WorkspaceEntry;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** The manifest of files of 256 MiB, one pack after the other. */
final class GeneratedManifest {
    static final SnapshotId ID = new SnapshotId("20260102T030405Z-growth-abcdefgh");

    /** One gibibyte is four of them. */
    static final int FILES_PER_GIBIBYTE = 4;

    private static final int CHUNKS_PER_FILE = 64;
    private static final Instant TIME = Instant.parse("2026-01-02T03:04:05Z");

    private final String repositoryId;
    private final int files;
    private final List<StoredPack> packs = new ArrayList<>();
    private final List<StoredChunk> chunks = new ArrayList<>();

    GeneratedManifest(String repositoryId, GeneratedContent content, int gibibytes) throws CloneNotSupportedException {
        this.repositoryId = repositoryId;
        this.files = gibibytes * FILES_PER_GIBIBYTE;
        for (int number = 0; number < files * CHUNKS_PER_FILE; number++) {
            addChunk(content, number);
        }
    }

    private void addChunk(GeneratedContent content, int number) throws CloneNotSupportedException {
        int place = number % GeneratedContent.CHUNKS_PER_PACK;
        String pack = RepositoryLayout.pack(ID, number / GeneratedContent.CHUNKS_PER_PACK);
        if (place == 0) {
            packs.add(new StoredPack(pack, GeneratedContent.PACK_BYTES, Optional.empty()));
        }
        chunks.add(new StoredChunk(
                content.id(number),
                pack,
                (long) place * GeneratedContent.CHUNK_BYTES,
                GeneratedContent.CHUNK_BYTES,
                GeneratedContent.CHUNK_BYTES,
                CodecRegistry.NONE,
                content.crc32c(number)));
    }

    /** The manifest as it is stored. */
    byte[] encode(Codec codec) throws IOException {
        ByteArrayOutputStream entryLines = new ByteArrayOutputStream();
        try (ManifestWriter.EntryLines lines = new ManifestWriter.EntryLines(codec.encoder(entryLines))) {
            lines.write(entry(RawPath.ROOT, EntryType.DIRECTORY, FileContent.NOTHING));
            for (int file = 0; file < files; file++) {
                lines.write(entry(RawPath.of(String.format("weights-%05d.bin", file)), EntryType.FILE, content(file)));
            }
        }
        ByteArrayOutputStream manifest = new ByteArrayOutputStream();
        try (ManifestWriter writer = new ManifestWriter(codec.encoder(manifest));
                InputStream lines = codec.decoder(new ByteArrayInputStream(entryLines.toByteArray()))) {
            writer.writeHeader(header());
            writer.writeTables(packs, chunks);
            writer.writeEntries(lines);
            writer.writeFooter(files + 1L);
        }
        return manifest.toByteArray();
    }

    private static WorkspaceEntry entry(RawPath path, EntryType type, FileContent content) {
        EntryMetadata metadata = new EntryMetadata(0755, 0, 0, TIME, List.of());
        return new WorkspaceEntry(path, type, metadata, new ChangeStamp(TIME, 1), content, Optional.empty());
    }

    private static FileContent content(int file) {
        List<Extent> extents = new ArrayList<>();
        for (int i = 0; i < CHUNKS_PER_FILE; i++) {
            long offset = (long) i * GeneratedContent.CHUNK_BYTES;
            extents.add(new Extent(offset, file * CHUNKS_PER_FILE + i, 0, GeneratedContent.CHUNK_BYTES));
        }
        long size = (long) CHUNKS_PER_FILE * GeneratedContent.CHUNK_BYTES;
        return new FileContent(size, extents, OptionalLong.empty(), false);
    }

    private ManifestHeader header() {
        long bytes = (long) chunks.size() * GeneratedContent.CHUNK_BYTES;
        SnapshotTotals totals = new SnapshotTotals(files, 1, 0, bytes, packs.size(), chunks.size(), bytes, bytes);
        SnapshotSummary summary = new SnapshotSummary(
                ID,
                TIME,
                "growth",
                "/workspace",
                Optional.empty(),
                GeneratedContent.CHUNK_BYTES,
                Map.of(),
                Map.of(),
                totals);
        return new ManifestHeader(repositoryId, "a token of sixteen or more", Set.of(), summary);
    }
}
