package io.gpusnapshot.internal.remote;

import io.gpusnapshot.internal.create.CreateJob;
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
import io.gpusnapshot.testing.ManifestContent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Manifests of one directory, and one file for each chunk. */
final class Crafted {
    static final int CHUNK_BYTES = 100;

    private static final int CUT_BYTES = 4 << 20;

    private Crafted() {}

    static StoredPack pack(SnapshotId creator, int number, long storedBytes) {
        return new StoredPack(RepositoryLayout.pack(creator, number), storedBytes, Optional.empty());
    }

    static StoredChunk chunk(int id, StoredPack pack, long offset) {
        byte[] digest = new byte[ChunkId.LENGTH];
        digest[0] = (byte) id;
        return new StoredChunk(ChunkId.of(digest), pack.key(), offset, CHUNK_BYTES, CHUNK_BYTES, "none", id);
    }

    /** The manifest of a snapshot that a create may build upon. */
    static ManifestContent parent(RemoteJobFixture fixture) {
        StoredPack pack = pack(RemoteJobFixture.PARENT, 0, 10 * CHUNK_BYTES);
        List<StoredChunk> chunks = List.of(chunk(1, pack, 0), chunk(2, pack, CHUNK_BYTES));
        SnapshotSummary summary = new SnapshotSummary(
                RemoteJobFixture.PARENT,
                Instant.EPOCH,
                "gpu-1",
                "/workspace",
                Optional.empty(),
                CUT_BYTES,
                Map.of(),
                Map.of(),
                totals(List.of(pack), chunks));
        return content(fixture.repository.id(), "parent-token", summary, List.of(pack), chunks);
    }

    /** The manifest that an honest host hands in. */
    static ManifestContent of(CreateJob job, List<StoredPack> packs, List<StoredChunk> chunks) {
        SnapshotSummary summary = new SnapshotSummary(
                job.id(),
                job.createdAt(),
                job.instanceId(),
                job.workspaceName(),
                job.parent(),
                CUT_BYTES,
                job.labels(),
                job.host(),
                totals(packs, chunks));
        return content(job.repositoryId(), job.token(), summary, packs, chunks);
    }

    static SnapshotTotals totals(List<StoredPack> packs, List<StoredChunk> chunks) {
        long bytes = (long) chunks.size() * CHUNK_BYTES;
        return new SnapshotTotals(chunks.size(), 1, 0, bytes, packs.size(), chunks.size(), bytes, bytes);
    }

    private static ManifestContent content(
            String repositoryId,
            String token,
            SnapshotSummary summary,
            List<StoredPack> packs,
            List<StoredChunk> chunks) {
        List<WorkspaceEntry> entries = new ArrayList<>();
        entries.add(entry(RawPath.ROOT, EntryType.DIRECTORY, FileContent.NOTHING));
        for (int i = 0; i < chunks.size(); i++) {
            List<Extent> extents = List.of(new Extent(0, i, 0, CHUNK_BYTES));
            FileContent file = new FileContent(CHUNK_BYTES, extents, OptionalLong.empty(), false);
            entries.add(entry(RawPath.of("file" + i), EntryType.FILE, file));
        }
        return new ManifestContent(new ManifestHeader(repositoryId, token, summary), packs, chunks, entries);
    }

    private static WorkspaceEntry entry(RawPath path, EntryType type, FileContent content) {
        EntryMetadata metadata = new EntryMetadata(0755, 0, 0, Instant.EPOCH, List.of());
        return new WorkspaceEntry(path, type, metadata, ChangeStamp.UNRELIABLE, content, Optional.empty());
    }
}
