package io.gpusnapshot.internal.format;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The chunks of a manifest that others are stored as differences to. Immutable. */
public final class BaseChunks {
    private final Map<ChunkId, StoredChunk> bases;

    private BaseChunks(Map<ChunkId, StoredChunk> bases) {
        this.bases = bases;
    }

    private static Set<ChunkId> idsIn(List<StoredChunk> chunks) {
        Set<ChunkId> ids = new HashSet<>();
        for (StoredChunk chunk : chunks) {
            chunk.base().ifPresent(ids::add);
        }
        return ids;
    }

    /** Whether each base is in a table of chunks once, so that it can be found by its digest. */
    static boolean areDistinct(List<StoredChunk> chunks) {
        Set<ChunkId> toMeet = idsIn(chunks);
        Set<ChunkId> bases = Set.copyOf(toMeet);
        return bases.isEmpty()
                || chunks.stream().map(StoredChunk::id).filter(bases::contains).allMatch(toMeet::remove);
    }

    /** Finds the bases in a table of chunks, in which each is once. */
    public static BaseChunks of(List<StoredChunk> chunks) {
        Set<ChunkId> wanted = idsIn(chunks);
        Map<ChunkId, StoredChunk> bases = new HashMap<>();
        if (!wanted.isEmpty()) {
            for (StoredChunk chunk : chunks) {
                if (chunk.base().isEmpty() && wanted.contains(chunk.id())) {
                    bases.putIfAbsent(chunk.id(), chunk);
                }
            }
        }
        return new BaseChunks(bases);
    }

    /** The base of a chunk of the table, if it is stored as the difference to one. */
    public Optional<StoredChunk> of(StoredChunk chunk) {
        return chunk.base().map(bases::get);
    }

    public boolean isBase(StoredChunk chunk) {
        return chunk.base().isEmpty() && bases.containsKey(chunk.id());
    }

    /** Whether no chunk of the table is stored as a difference. */
    public boolean isEmpty() {
        return bases.isEmpty();
    }
}
