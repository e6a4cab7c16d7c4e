package io.gpusnapshot.internal.remote;

import io.gpusnapshot.codec.CodecRegistry;
import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.internal.create.CreateJob;
import io.gpusnapshot.internal.format.ChunkId;
import io.gpusnapshot.internal.format.ManifestHeader;
import io.gpusnapshot.internal.format.ManifestReader;
import io.gpusnapshot.internal.format.RepositoryLayout;
import io.gpusnapshot.internal.format.StoredChunk;
import io.gpusnapshot.internal.format.StoredPack;
import io.gpusnapshot.internal.repository.Manifests;
import io.gpusnapshot.model.SnapshotSummary;
import io.gpusnapshot.storage.ContentSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Looks through a manifest that a host hands in, before it is committed: it must be the one that was ordered, whole, and
 * refer to nothing but packs that the host has stored for it, and chunks of the parent exactly as the parent has them.
 * Whether the packs hold what the manifest says cannot be seen here; a restore and a verify see it.
 */
final class ManifestAudit {
    private final CreateJob job;
    private final CodecRegistry codecs;
    private final Map<String, StoredPack> parentPacks = new HashMap<>();
    private final Map<ChunkId, StoredChunk> parentChunks = new HashMap<>();

    ManifestAudit(CreateJob job, CodecRegistry codecs, List<StoredPack> parentPacks, List<StoredChunk> parentChunks) {
        this.job = job;
        this.codecs = codecs;
        parentPacks.forEach(pack -> this.parentPacks.put(pack.key(), pack));
        parentChunks.forEach(chunk -> this.parentChunks.put(chunk.id(), chunk));
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
     * @param stored the packs that the host has stored, by key
     */
    Audited check(ContentSource manifest, Map<String, StoredPack> stored) throws IOException {
        String key = RepositoryLayout.manifest(job.id());
        InputStream lines = Manifests.decode(Channels.newInputStream(manifest.open(0)), key, codecs);
        try (ManifestReader reader = Manifests.open(lines, job.id(), job.repositoryId())) {
            requireOrdered(reader.header());
            for (StoredPack pack : reader.packs()) {
                require(
                        pack.equals(stored.get(pack.key())) || pack.equals(parentPacks.get(pack.key())),
                        "it names the pack " + pack.key() + ", which is not stored like that");
            }
            for (StoredChunk chunk : reader.chunks()) {
                require(
                        stored.containsKey(chunk.packKey()) || chunk.equals(parentChunks.get(chunk.id())),
                        "it names the chunk " + chunk.id() + ", which its parent does not have like that");
            }
            reader.requireWhole();
            boolean reliesOnParent = reader.packs().stream().anyMatch(pack -> !stored.containsKey(pack.key()));
            return new Audited(reader.header(), reliesOnParent);
        }
    }

    private void requireOrdered(ManifestHeader header) throws DataIntegrityException {
        SnapshotSummary summary = header.summary();
        require(
                header.token().equals(job.token())
                        && summary.createdAt().equals(job.createdAt())
                        && summary.instanceId().equals(job.instanceId())
                        && summary.parent().equals(job.parent())
                        && summary.labels().equals(job.labels())
                        && summary.host().equals(job.host()),
                "its header is not as ordered");
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
