package io.gpusnapshot.internal.agent;

import io.gpusnapshot.codec.CodecRegistry;
import io.gpusnapshot.error.SnapshotNotFoundException;
import io.gpusnapshot.internal.concurrent.BufferPool;
import io.gpusnapshot.internal.format.ManifestReader;
import io.gpusnapshot.internal.format.RepositoryLayout;
import io.gpusnapshot.internal.format.SpillBuffer;
import io.gpusnapshot.internal.protocol.Question;
import io.gpusnapshot.internal.repository.ManifestSource;
import io.gpusnapshot.internal.repository.Manifests;
import io.gpusnapshot.internal.transfer.PackRange;
import io.gpusnapshot.internal.transfer.PackStore;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.storage.ByteRange;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.util.Map;
import java.util.TreeMap;

/** Manifests of one store, fetched by grants, each once, like packs. Belongs to one job. */
final class GrantedManifests implements ManifestSource, AutoCloseable {
    private static final int MEMORY_BYTES = 8 << 20;
    private static final int RANGE_BYTES = 4 << 20;

    private final Orchestrator orchestrator;
    private final int store;
    private final PackStore packs;
    private final CodecRegistry codecs;
    private final String repositoryId;
    private final Map<SnapshotId, SpillBuffer> fetched = new TreeMap<>();

    /**
     * @param store the place of the store among those of the terms
     * @param packs the same store, as one that has packs
     */
    GrantedManifests(Orchestrator orchestrator, int store, PackStore packs, CodecRegistry codecs, String repositoryId) {
        this.orchestrator = orchestrator;
        this.store = store;
        this.packs = packs;
        this.codecs = codecs;
        this.repositoryId = repositoryId;
    }

    @Override
    public CodecRegistry codecs() {
        return codecs;
    }

    @Override
    public boolean exists(SnapshotId id) throws IOException {
        try {
            orchestrator.ask(new Question.StatManifest(store, id));
            return true;
        } catch (SnapshotNotFoundException none) {
            return false;
        }
    }

    @Override
    public synchronized ManifestReader manifest(SnapshotId id) throws IOException {
        SpillBuffer stored = fetched.get(id);
        if (stored == null) {
            stored = fetch(id);
            fetched.put(id, stored);
        }
        InputStream lines =
                Manifests.decode(Channels.newInputStream(stored.open(0)), RepositoryLayout.manifest(id), codecs);
        return Manifests.open(lines, id, repositoryId);
    }

    private SpillBuffer fetch(SnapshotId id) throws IOException {
        SpillBuffer target = new SpillBuffer(MEMORY_BYTES);
        String key = RepositoryLayout.manifest(id);
        long length = orchestrator.ask(new Question.StatManifest(store, id)).number("lengthBytes");
        BufferPool room = new BufferPool((int) Math.min(length, RANGE_BYTES), 1);
        for (long offset = 0; offset < length; offset += RANGE_BYTES) {
            read(key, new ByteRange(offset, Math.min(RANGE_BYTES, length - offset)), room, target);
        }
        target.close();
        return target;
    }

    private void read(String key, ByteRange range, BufferPool room, SpillBuffer target) throws IOException {
        try {
            PackRange read = packs.read(key, range, room);
            if (read.failure().isPresent()) {
                throw read.failure().get();
            }
            ByteBuffer bytes = read.bytes();
            byte[] copy = new byte[bytes.remaining()];
            bytes.get(copy);
            target.write(copy, 0, copy.length);
            room.release(bytes);
        } catch (InterruptedException cancelled) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("Interrupted while reading " + key);
        }
    }

    @Override
    public void close() throws IOException {
        for (SpillBuffer stored : fetched.values()) {
            stored.discard();
        }
    }
}
