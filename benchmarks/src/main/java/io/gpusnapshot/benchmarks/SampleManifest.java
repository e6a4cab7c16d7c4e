package io.gpusnapshot.benchmarks;

import io.gpusnapshot.internal.format.ChunkId;
import io.gpusnapshot.internal.format.ManifestHeader;
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
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;

/** What the manifest of a tree of code says: many small files, laid together in shared chunks. */
final class SampleManifest {
    static final int FILES = 100_000;

    private static final int FILES_PER_DIRECTORY = 100;
    private static final int FILES_PER_CHUNK = 1000;
    private static final int LARGEST_FILE = 1024;
    private static final int CHUNK_BYTES = FILES_PER_CHUNK * LARGEST_FILE;
    private static final Instant TIME = Instant.parse("2026-01-02T03:04:05.123456789Z");
    static final SnapshotId ID = new SnapshotId("20260102T030405Z-benchmark-abcdefgh");
    private static final String PACK = RepositoryLayout.pack(ID, 0);

    private final SplittableRandom random = new SplittableRandom(42);
    private final List<WorkspaceEntry> entries = new ArrayList<>();
    private final List<StoredChunk> chunks = new ArrayList<>();

    SampleManifest() {
        entries.add(directory(RawPath.ROOT));
        RawPath directory = RawPath.ROOT;
        for (int number = 0; number < FILES; number++) {
            if (number % FILES_PER_CHUNK == 0) {
                addChunk();
            }
            if (number % FILES_PER_DIRECTORY == 0) {
                directory = RawPath.of(String.format("package_%04d", number / FILES_PER_DIRECTORY));
                entries.add(directory(directory));
            }
            entries.add(file(RawPath.of(directory + String.format("/module_%06d.py", number)), number));
        }
    }

    private void addChunk() {
        ChunkId id = new ChunkId(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
        int stored = CHUNK_BYTES / 2;
        chunks.add(
                new StoredChunk(id, PACK, (long) chunks.size() * stored, stored, CHUNK_BYTES, "lz4", random.nextInt()));
    }

    private WorkspaceEntry directory(RawPath path) {
        return new WorkspaceEntry(
                path, EntryType.DIRECTORY, metadata(0755), stamp(), FileContent.NOTHING, Optional.empty());
    }

    private WorkspaceEntry file(RawPath path, int number) {
        int size = 1 + random.nextInt(LARGEST_FILE);
        Extent extent = new Extent(0, chunks.size() - 1, number % FILES_PER_CHUNK * LARGEST_FILE, size);
        FileContent content = new FileContent(size, List.of(extent), OptionalLong.empty(), false);
        return new WorkspaceEntry(path, EntryType.FILE, metadata(0644), stamp(), content, Optional.empty());
    }

    private EntryMetadata metadata(int mode) {
        return new EntryMetadata(mode, 1000, 1000, TIME.minusNanos(random.nextInt()), List.of());
    }

    private ChangeStamp stamp() {
        return new ChangeStamp(TIME.minusNanos(random.nextInt()), 1 + random.nextInt(1 << 24));
    }

    List<WorkspaceEntry> entries() {
        return entries;
    }

    List<StoredChunk> chunks() {
        return chunks;
    }

    List<StoredPack> packs() {
        return List.of(new StoredPack(PACK, 64 << 20, Optional.empty()));
    }

    ManifestHeader header() {
        long directories = (long) entries.size() - FILES;
        long stored = chunks.stream().mapToLong(StoredChunk::storedBytes).sum();
        long bytes =
                entries.stream().mapToLong(entry -> entry.content().sizeBytes()).sum();
        SnapshotTotals totals = new SnapshotTotals(FILES, directories, 0, bytes, 1, chunks.size(), stored, stored);
        SnapshotSummary summary = new SnapshotSummary(
                ID, TIME, "benchmark", "/workspace", Optional.empty(), 4 << 20, Map.of(), Map.of(), totals);
        return new ManifestHeader("abcdefghijklmnopqrstuvwxyz", "abcdefghijklmnopqrstuvwxyz", summary);
    }
}
