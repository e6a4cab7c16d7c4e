package io.gpusnapshot.manifests;

import io.gpusnapshot.codec.lz4.Lz4Codec;
import io.gpusnapshot.internal.format.ChunkId;
import io.gpusnapshot.internal.format.ManifestHeader;
import io.gpusnapshot.internal.format.ManifestReader;
import io.gpusnapshot.internal.format.ManifestWriter;
import io.gpusnapshot.internal.format.ManifestWriter.EntryLines;
import io.gpusnapshot.internal.format.RepositoryLayout;
import io.gpusnapshot.internal.format.SpillBuffer;
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
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Writes and reads a manifest of many files, in a process of its own whose heap {@link LargeManifestTest} limits. */
final class LargeManifest {
    private static final SnapshotId ID = new SnapshotId("20260102T030405Z-gpu-1-22222222");
    private static final int FILES_PER_DIRECTORY = 1000;
    private static final int FILES_PER_CHUNK = 64;
    private static final int CHUNKS_PER_PACK = 16;
    private static final int FILE_BYTES = 1000;
    private static final int SPILL_BYTES = 8 << 20;

    private final Lz4Codec codec = new Lz4Codec();
    private final int files;

    private LargeManifest(int files) {
        this.files = files;
    }

    /** Prints how many files were read back. */
    public static void main(String[] arguments) throws IOException {
        LargeManifest manifest = new LargeManifest(Integer.parseInt(arguments[0]));
        SpillBuffer stored = new SpillBuffer(SPILL_BYTES);
        manifest.write(stored);
        System.out.println(manifest.read(stored));
        stored.discard();
    }

    private void write(SpillBuffer stored) throws IOException {
        SpillBuffer entryLines = new SpillBuffer(SPILL_BYTES);
        long count;
        try (EntryLines lines = new EntryLines(codec.encoder(entryLines))) {
            writeEntries(lines);
            count = lines.count();
        }
        try (ManifestWriter writer = new ManifestWriter(codec.encoder(stored));
                InputStream lines = codec.decoder(Channels.newInputStream(entryLines.open(0)))) {
            writer.writeHeader(header());
            List<StoredChunk> chunks = chunks();
            writer.writeTables(packs(chunks), chunks);
            writer.writeEntries(lines);
            writer.writeFooter(count);
        }
        entryLines.discard();
    }

    private void writeEntries(EntryLines lines) throws IOException {
        lines.write(directory(RawPath.ROOT));
        for (int i = 0; i < files; i++) {
            if (i % FILES_PER_DIRECTORY == 0) {
                lines.write(directory(RawPath.of(directoryName(i))));
            }
            lines.write(file(i));
        }
    }

    private static String directoryName(int file) {
        return String.format("directory-%05d", file / FILES_PER_DIRECTORY);
    }

    private static WorkspaceEntry directory(RawPath path) {
        return new WorkspaceEntry(
                path, EntryType.DIRECTORY, metadata(0), ChangeStamp.UNRELIABLE, FileContent.NOTHING, Optional.empty());
    }

    private static WorkspaceEntry file(int i) {
        RawPath path = RawPath.of(directoryName(i) + String.format("/sample-%07d.jpeg", i));
        Extent extent = new Extent(0, i / FILES_PER_CHUNK, i % FILES_PER_CHUNK * FILE_BYTES, FILE_BYTES);
        FileContent content = new FileContent(FILE_BYTES, List.of(extent), OptionalLong.empty(), false);
        ChangeStamp stamp = new ChangeStamp(Instant.ofEpochSecond(1_700_000_000L + i, i), 1_000_000L + i);
        return new WorkspaceEntry(path, EntryType.FILE, metadata(i), stamp, content, Optional.empty());
    }

    private static EntryMetadata metadata(int i) {
        return new EntryMetadata(0644, 1000, 1000, Instant.ofEpochSecond(1_600_000_000L + i, i), List.of());
    }

    private List<StoredChunk> chunks() {
        List<StoredChunk> chunks = new ArrayList<>();
        int rawBytes = FILES_PER_CHUNK * FILE_BYTES;
        for (int i = 0; i < (files + FILES_PER_CHUNK - 1) / FILES_PER_CHUNK; i++) {
            String pack = RepositoryLayout.pack(ID, i / CHUNKS_PER_PACK);
            long offset = (long) i % CHUNKS_PER_PACK * rawBytes;
            ChunkId id = new ChunkId(i * 0x9e3779b97f4a7c15L, i, i, i);
            chunks.add(new StoredChunk(id, pack, offset, rawBytes, rawBytes, "none", i));
        }
        return chunks;
    }

    private static List<StoredPack> packs(List<StoredChunk> chunks) {
        return chunks.stream()
                .map(StoredChunk::packKey)
                .distinct()
                .map(key -> new StoredPack(key, 2L * CHUNKS_PER_PACK * FILES_PER_CHUNK * FILE_BYTES, Optional.empty()))
                .toList();
    }

    private static ManifestHeader header() {
        SnapshotSummary summary = new SnapshotSummary(
                ID,
                Instant.EPOCH,
                "gpu-1",
                "/workspace",
                Optional.empty(),
                4 << 20,
                Map.of(),
                Map.of(),
                new SnapshotTotals(0, 0, 0, 0, 0, 0, 0, 0));
        return new ManifestHeader("repository", "token", summary);
    }

    private int read(SpillBuffer stored) throws IOException {
        int next = 0;
        try (ManifestReader reader =
                new ManifestReader(codec.decoder(Channels.newInputStream(stored.open(0))), "manifest")) {
            for (WorkspaceEntry entry = reader.nextEntry(); entry != null; entry = reader.nextEntry()) {
                if (entry.type() == EntryType.FILE) {
                    requireSame(entry, file(next++));
                }
            }
        }
        return next;
    }

    private static void requireSame(WorkspaceEntry read, WorkspaceEntry written) {
        if (!read.equals(written)) {
            throw new IllegalStateException(read + " was read for " + written);
        }
    }
}
