package io.gpusnapshot.internal.replicate;

import io.gpusnapshot.codec.CodecRegistry;
import io.gpusnapshot.internal.format.BaseChunks;
import io.gpusnapshot.internal.format.ManifestHeader;
import io.gpusnapshot.internal.format.ManifestReader;
import io.gpusnapshot.internal.format.RepositoryLayout;
import io.gpusnapshot.internal.format.StoredChunk;
import io.gpusnapshot.internal.format.StoredPack;
import io.gpusnapshot.internal.repository.ManifestCopy;
import io.gpusnapshot.model.RestoreVerification;
import io.gpusnapshot.model.SnapshotId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a snapshot consists of.
 *
 * @param chunksByPack the snapshot's chunks, by the key of their pack
 * @param bases those of them that others are the difference to
 * @param largestChunk raw size of the largest chunk, in bytes
 */
record SnapshotContents(
        ManifestHeader header,
        List<StoredPack> packs,
        Map<String, List<StoredChunk>> chunksByPack,
        BaseChunks bases,
        int largestChunk) {
    /**
     * Reads a manifest to its end, which proves it whole.
     *
     * @throws io.gpusnapshot.error.UnsupportedFormatException if chunks are to be decoded, and one cannot be
     */
    static SnapshotContents read(ManifestCopy copy, CodecRegistry codecs, RestoreVerification verification)
            throws IOException {
        try (ManifestReader manifest = copy.open()) {
            Map<String, List<StoredChunk>> byPack = new HashMap<>();
            int largest = 1;
            for (StoredChunk chunk : manifest.chunks()) {
                if (verification == RestoreVerification.SHA256) {
                    codecs.require(
                            chunk.codec(), manifest.header().summary().id().value());
                }
                byPack.computeIfAbsent(chunk.packKey(), key -> new ArrayList<>())
                        .add(chunk);
                largest = Math.max(largest, chunk.rawBytes());
            }
            manifest.requireWhole();
            BaseChunks bases = BaseChunks.of(manifest.chunks());
            return new SnapshotContents(manifest.header(), List.copyOf(manifest.packs()), byPack, bases, largest);
        }
    }

    /** The snapshots that stored the packs, whether they still exist or not. */
    Set<SnapshotId> creators() {
        Set<SnapshotId> creators = new TreeSet<>();
        for (StoredPack pack : packs) {
            creators.add(RepositoryLayout.creatorOfPack(pack.key()).orElseThrow());
        }
        return creators;
    }

    static long bytes(Collection<StoredPack> packs) {
        return packs.stream().mapToLong(StoredPack::storedBytes).sum();
    }
}
