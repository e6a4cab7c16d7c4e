package io.gpusnapshot.internal.remote;

import io.gpusnapshot.codec.Codec;
import io.gpusnapshot.codec.CodecRegistry;
import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.internal.create.CreateJob;
import io.gpusnapshot.internal.format.BaseChunks;
import io.gpusnapshot.internal.format.ChunkId;
import io.gpusnapshot.internal.format.ManifestHeader;
import io.gpusnapshot.internal.format.ManifestReader;
import io.gpusnapshot.internal.format.RepositoryLayout;
import io.gpusnapshot.internal.format.StoredChunk;
import io.gpusnapshot.internal.format.StoredPack;
import io.gpusnapshot.internal.repository.Manifests;
import io.gpusnapshot.model.EntryType;
import io.gpusnapshot.model.SnapshotSummary;
import io.gpusnapshot.model.SnapshotTotals;
import io.gpusnapshot.model.WorkspaceEntry;
import io.gpusnapshot.storage.ContentSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Looks through a manifest that a host hands in, before it is committed: it must be the one that was ordered, whole, and
 * refer to nothing but packs that the host has stored for it, and chunks of the parent exactly as the parent has them;
 * what it calls a difference must be one to such a chunk.
 * Whether the packs hold what the manifest says cannot be seen here; a restore and a verify see it.
 */
final class ManifestAudit {
    /** Some ten million entries. Bounds what a small frame can make us read. */
    private static final long MAX_DECODED_BYTES = 4L << 30;

    private final CreateJob job;
    private final CodecRegistry codecs;
    private final Map<String, StoredPack> parentPacks = new HashMap<>();
    private final Map<ChunkId, StoredChunk> parentChunks = new HashMap<>();

    ManifestAudit(CreateJob job, CodecRegistry codecs, List<StoredPack> parentPacks, List<StoredChunk> parentChunks) {
        this.job = job;
        this.codecs = codecs;
        parentPacks.forEach(pack -> this.parentPacks.put(pack.key(), pack));
        parentChunks.forEach(chunk -> this.parentChunks.putIfAbsent(chunk.id(), chunk));
    }

    /**
     * A manifest that is in order.
     *
     * @param reliesOnParent whether it names packs that other creates have stored
     */
    record Audited(ManifestHeader header, boolean reliesOnParent) {}

    /**
     * Returns what there is to know of a manifest that is in order.
     *
     * @param stored the packs that the host has stored
     */
    Audited check(ContentSource manifest, List<StoredPack> stored) throws IOException {
        String key = RepositoryLayout.manifest(job.id());
        InputStream lines = Manifests.decode(Channels.newInputStream(manifest.open(0)), key, codecs);
        InputStream bounded = new BoundedInput(lines, MAX_DECODED_BYTES, key);
        try (ManifestReader reader = Manifests.open(bounded, job.id(), job.repositoryId())) {
            requireOrdered(reader.header());
            Map<String, StoredPack> storedByKey =
                    stored.stream().collect(Collectors.toMap(StoredPack::key, pack -> pack));
            requirePacks(reader, storedByKey);
            requireChunks(reader, storedByKey.keySet());
            requireTotals(reader);
            return new Audited(reader.header(), !Set.copyOf(stored).containsAll(reader.packs()));
        }
    }

    private void requireOrdered(ManifestHeader header) throws DataIntegrityException {
        SnapshotSummary summary = header.summary();
        require(
                header.token().equals(job.token())
                        && summary.createdAt().equals(job.createdAt())
                        && summary.instanceId().equals(job.instanceId())
                        && summary.workspace().equals(job.workspaceName())
                        && summary.parent().equals(job.parent())
                        && summary.labels().equals(job.labels())
                        && summary.host().equals(job.host()),
                "its header is not as ordered");
    }

    private void requirePacks(ManifestReader reader, Map<String, StoredPack> stored) throws DataIntegrityException {
        Set<String> named = new HashSet<>();
        for (StoredPack pack : reader.packs()) {
            require(
                    pack.equals(stored.get(pack.key())) || pack.equals(parentPacks.get(pack.key())),
                    "it names the pack " + pack.key() + ", which is not stored like that");
            require(named.add(pack.key()), "it names the pack " + pack.key() + " twice");
        }
    }

    private void requireChunks(ManifestReader reader, Set<String> stored) throws DataIntegrityException {
        BaseChunks bases = BaseChunks.of(reader.chunks());
        Set<String> newCodecs = job.codecs().stream().map(Codec::id).collect(Collectors.toSet());
        newCodecs.add(CodecRegistry.NONE);
        for (StoredChunk chunk : reader.chunks()) {
            require(
                    stored.contains(chunk.packKey())
                            ? newCodecs.contains(chunk.codec()) && mayHaveBase(chunk, bases)
                            : chunk.equals(parentChunks.get(chunk.id())),
                    "it names the chunk " + chunk.id() + ", which its parent does not have like that");
        }
    }

    /** Whether a new chunk is no difference, or one that was ordered, to what the parent has. */
    private boolean mayHaveBase(StoredChunk chunk, BaseChunks bases) {
        Optional<StoredChunk> base = bases.of(chunk);
        return chunk.base().isEmpty()
                || (job.delta()
                        && base.isPresent()
                        && base.get().equals(parentChunks.get(base.get().id())));
    }

    /** Reads the manifest to its end, and counts. */
    private void requireTotals(ManifestReader reader) throws IOException {
        SnapshotTotals totals = reader.header().summary().totals();
        Map<EntryType, Long> counts = new HashMap<>();
        for (WorkspaceEntry entry = reader.nextEntry(); entry != null; entry = reader.nextEntry()) {
            counts.merge(entry.type(), 1L, Long::sum);
        }
        long storedBytes =
                reader.chunks().stream().mapToLong(StoredChunk::storedBytes).sum();
        require(
                totals.files() == counts.getOrDefault(EntryType.FILE, 0L)
                        && totals.directories() == counts.getOrDefault(EntryType.DIRECTORY, 0L)
                        && totals.symlinks() == counts.getOrDefault(EntryType.SYMLINK, 0L)
                        && totals.packs() == reader.packs().size()
                        && totals.chunks() == reader.chunks().size()
                        && totals.storedBytes() == storedBytes
                        && totals.newStoredBytes() >= 0
                        && totals.bytes() >= 0,
                "its totals are not what it has");
    }

    private void require(boolean condition, String problem) throws DataIntegrityException {
        if (!condition) {
            String key = RepositoryLayout.manifest(job.id());
            throw new DataIntegrityException(
                    key,
                    0,
                    "The manifest of " + job.id() + " is refused: " + problem + "; its host is not to be trusted",
                    null);
        }
    }
}
