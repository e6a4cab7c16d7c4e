package io.gpusnapshot.internal.chunk;

import io.gpusnapshot.internal.format.ChunkId;
import io.gpusnapshot.internal.format.StoredChunk;
import io.gpusnapshot.internal.format.StoredPack;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The chunks that a create knows to be stored, its parent's and its own, and those of them that its manifest will list.
 * Any thread may call {@link #isKnown}, {@link #find} and {@link #addPack}; the rest belongs to one thread.
 */
public final class ChunkCatalog {
    private final Map<ChunkId, StoredChunk> stored = new ConcurrentHashMap<>();
    private final Map<String, StoredPack> packs = new ConcurrentHashMap<>();
    private final Map<ChunkId, Integer> indexes = new HashMap<>();
    private final List<StoredChunk> listed = new ArrayList<>();

    /** Adds what a parent has. */
    public void addAncestors(List<StoredPack> ancestorPacks, List<StoredChunk> ancestorChunks) {
        ancestorPacks.forEach(this::addPack);
        ancestorChunks.forEach(this::add);
    }

    public boolean isKnown(ChunkId id) {
        return stored.containsKey(id);
    }

    public Optional<StoredChunk> find(ChunkId id) {
        return Optional.ofNullable(stored.get(id));
    }

    public void add(StoredChunk chunk) {
        stored.putIfAbsent(chunk.id(), chunk);
    }

    public void addPack(StoredPack pack) {
        packs.put(pack.key(), pack);
    }

    /** Index in the manifest's table of a stored chunk, which is listed there from now on, behind its base if it has one. */
    public int reference(ChunkId id) {
        Integer index = indexes.get(id);
        if (index == null) {
            StoredChunk chunk = find(id).orElseThrow(() -> new IllegalStateException("not stored: " + id));
            chunk.base().ifPresent(this::reference);
            index = listed.size();
            indexes.put(id, index);
            listed.add(chunk);
        }
        return index;
    }

    /** The manifest's table of chunks. */
    public List<StoredChunk> listedChunks() {
        return Collections.unmodifiableList(listed);
    }

    /** The packs of the listed chunks, in the order of their first use. Every pack must have been added. */
    public List<StoredPack> listedPacks() {
        Map<String, StoredPack> used = new LinkedHashMap<>();
        for (StoredChunk chunk : listed) {
            StoredPack pack = packs.get(chunk.packKey());
            if (pack == null) {
                throw new IllegalStateException("pack was never stored: " + chunk.packKey());
            }
            used.putIfAbsent(pack.key(), pack);
        }
        return List.copyOf(used.values());
    }
}
