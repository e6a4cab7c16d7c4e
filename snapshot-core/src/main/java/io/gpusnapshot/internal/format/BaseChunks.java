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

    /** Finds the bases in a table of chunks, each of which is there. */
    public static BaseChunks of(List<StoredChunk> chunks) {
        Set<ChunkId> wanted = new HashSet<>();
        for (StoredChunk chunk : chunks) {
            chunk.base().ifPresent(wanted::add);
        }
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
