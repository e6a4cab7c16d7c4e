package io.gpusnapshot.internal.verify;

import io.gpusnapshot.internal.chunk.DecoderPool;
import io.gpusnapshot.internal.concurrent.BufferPool;
import io.gpusnapshot.internal.concurrent.StageGroup;
import io.gpusnapshot.internal.concurrent.WorkerGate;
import io.gpusnapshot.internal.format.BaseChunks;
import io.gpusnapshot.internal.format.ChunkId;
import io.gpusnapshot.internal.format.ManifestReader;
import io.gpusnapshot.internal.format.StoredChunk;
import io.gpusnapshot.internal.format.StoredPack;
import io.gpusnapshot.internal.repository.Repository;
import io.gpusnapshot.internal.transfer.PackStore;
import io.gpusnapshot.internal.transfer.ProgressMeter;
import io.gpusnapshot.model.Extent;
import io.gpusnapshot.model.RawPath;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.model.VerifyDepth;
import io.gpusnapshot.model.VerifyReport;
import io.gpusnapshot.model.WorkspaceEntry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Verifies one snapshot: manifest, then presence of packs, then their content, as deep as asked. */
public final class VerifyWorkflow {
    private static final int MAX_NAMED_FILES = 1000;

    private final Repository repository;
    private final PackStore packs;
    private final int workers;
    private final long memoryBytes;

    /**
     * @param workers threads that decode
     * @param memoryBytes room for all buffers together
     */
    public VerifyWorkflow(Repository repository, PackStore packs, int workers, long memoryBytes) {
        this.repository = repository;
        this.packs = packs;
        this.workers = workers;
        this.memoryBytes = memoryBytes;
    }

    /**
     * Verifies.
     *
     * @throws io.gpusnapshot.error.DataIntegrityException if the manifest itself is damaged, so that nothing can be said
     *     of the rest
     */
    public VerifyReport run(SnapshotId id, VerifyDepth depth, ProgressMeter progress) throws IOException {
        progress.enter("verify");
        try (ManifestReader manifest = repository.manifest(id)) {
            manifest.requireWhole();
            progress.expect(
                    manifest.chunks().size(),
                    manifest.chunks().stream().mapToLong(StoredChunk::rawBytes).sum());
            Set<ChunkId> damaged = ConcurrentHashMap.newKeySet();
            if (depth != VerifyDepth.MANIFEST) {
                verifyPacks(manifest, depth, damaged, progress);
            }
            progress.report();
            boolean data = depth == VerifyDepth.DATA;
            return new VerifyReport(
                    manifest.header().summary(),
                    depth,
                    depth == VerifyDepth.MANIFEST ? 0 : manifest.packs().size(),
                    data ? manifest.chunks().size() : 0,
                    progress.wireBytes(),
                    progress.warnings(),
                    damaged.isEmpty() ? List.of() : damagedFiles(id, damaged),
                    progress.elapsed());
        }
    }

    private void verifyPacks(ManifestReader manifest, VerifyDepth depth, Set<ChunkId> damaged, ProgressMeter progress)
            throws IOException {
        Map<String, List<StoredChunk>> chunksByPack = chunksByPack(manifest.chunks());
        Queue<StoredPack> todo = new ConcurrentLinkedQueue<>(manifest.packs());
        BaseChunks bases = BaseChunks.of(manifest.chunks());
        StageGroup stages = new StageGroup("verify");
        try (VerifyRoom room = room(manifest.chunks(), !bases.isEmpty())) {
            WorkerGate gate = new WorkerGate(() -> usefulReaders(depth, room));
            stages.addNumbered("reader", room.readers(), number -> {
                PackVerifier verifier = new PackVerifier(repository, packs, bases, room, damaged, progress);
                gate.pass(number);
                for (StoredPack pack = todo.poll(); pack != null && !Thread.interrupted(); pack = todo.poll()) {
                    verifier.verify(pack, chunksByPack.getOrDefault(pack.key(), List.of()), depth);
                    gate.pass(number);
                }
                gate.open();
            });
            stages.await();
        }
    }

    /** How many reads a store is good for shows when there are reads. */
    private int usefulReaders(VerifyDepth depth, VerifyRoom room) {
        return depth == VerifyDepth.DATA
                ? packs.usefulReaders() + room.decoders().count()
                : room.readers();
    }

    private VerifyRoom room(List<StoredChunk> chunks, boolean delta) {
        int largest = chunks.stream().mapToInt(StoredChunk::rawBytes).max().orElse(1);
        int affordable = (int) Math.max(2, memoryBytes / (delta ? 2L * largest : largest));
        int decoderCount = Math.max(1, Math.min(workers, affordable / 4));
        int readers = Math.max(1, Math.min(packs.maxReaders(), affordable - decoderCount));
        return new VerifyRoom(
                readers,
                new BufferPool(largest, readers),
                new BufferPool(largest, readers),
                new DecoderPool(repository.codecs(), largest, decoderCount));
    }

    private static Map<String, List<StoredChunk>> chunksByPack(List<StoredChunk> chunks) {
        Map<String, List<StoredChunk>> byPack = new HashMap<>();
        for (StoredChunk chunk : chunks) {
            byPack.computeIfAbsent(chunk.packKey(), key -> new ArrayList<>()).add(chunk);
        }
        byPack.values().forEach(list -> list.sort(Comparator.comparingLong(StoredChunk::offset)));
        return byPack;
    }

    /** Reads the manifest again to name the files that need a damaged chunk. */
    private List<RawPath> damagedFiles(SnapshotId id, Set<ChunkId> damaged) throws IOException {
        List<RawPath> files = new ArrayList<>();
        try (ManifestReader manifest = repository.manifest(id)) {
            List<StoredChunk> chunks = manifest.chunks();
            for (WorkspaceEntry entry = manifest.nextEntry(); entry != null; entry = manifest.nextEntry()) {
                if (files.size() < MAX_NAMED_FILES && needsAny(entry.content().extents(), chunks, damaged)) {
                    files.add(entry.path());
                }
            }
        }
        return files;
    }

    private static boolean needsAny(List<Extent> extents, List<StoredChunk> chunks, Set<ChunkId> damaged) {
        return extents.stream()
                .map(extent -> chunks.get(extent.chunk()))
                .anyMatch(chunk -> damaged.contains(chunk.id())
                        || chunk.base().filter(damaged::contains).isPresent());
    }
}
