package io.gpusnapshot;

import io.gpusnapshot.codec.CodecRegistry;
import io.gpusnapshot.internal.format.BaseChunks;
import io.gpusnapshot.internal.format.ManifestReader;
import io.gpusnapshot.internal.format.StoredChunk;
import io.gpusnapshot.internal.repository.Repository;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.model.SnapshotInfo;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.testing.DeflateCodec;
import io.gpusnapshot.testing.SeededRandom;
import io.gpusnapshot.testing.Workspaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;

/** Weights that look like noise, of which a step of training changes a few, and snapshots of them as differences. */
final class Checkpoints implements AutoCloseable {
    static final CodecRegistry CODECS = CodecRegistry.of(List.of(new DeflateCodec()));
    /** Whole chunks and a rest. */
    static final int BYTES = 4 * ServiceFixture.CHUNK_BYTES + 17_000;

    final ServiceFixture fixture;
    private final SeededRandom random;

    Checkpoints(StorageProvider store, Clock clock, SeededRandom random) throws IOException {
        this.fixture = new ServiceFixture(store, clock, CODECS);
        this.random = random;
    }

    void init(Path weights) throws IOException {
        Workspaces.write(weights, random.nextBytes(BYTES));
    }

    /** Changes one byte of a hundred. */
    void train(Path weights) throws IOException {
        byte[] content = Files.readAllBytes(weights);
        for (int i = 0; i < content.length / 100; i++) {
            content[random.nextInt(content.length)] ^= (byte) 1;
        }
        Files.write(weights, content);
    }

    CreateRequest.Builder request(Path workspace) {
        return fixture.request(workspace).codec("deflate").delta(true);
    }

    SnapshotInfo create(Path workspace) throws IOException {
        return fixture.service.createSnapshot(request(workspace).build());
    }

    /** The chunks that a snapshot lists. */
    static List<StoredChunk> chunks(StorageProvider store, SnapshotId snapshot) throws IOException {
        try (ManifestReader manifest = Repository.open(store, CODECS).manifest(snapshot)) {
            manifest.requireWhole();
            return List.copyOf(manifest.chunks());
        }
    }

    /** Those of them that are differences. */
    static List<StoredChunk> differences(StorageProvider store, SnapshotId snapshot) throws IOException {
        return chunks(store, snapshot).stream()
                .filter(chunk -> chunk.base().isPresent())
                .toList();
    }

    /** Those of them that others are the difference to. */
    static List<StoredChunk> bases(StorageProvider store, SnapshotId snapshot) throws IOException {
        List<StoredChunk> chunks = chunks(store, snapshot);
        BaseChunks bases = BaseChunks.of(chunks);
        return chunks.stream().filter(bases::isBase).toList();
    }

    @Override
    public void close() throws IOException {
        fixture.close();
    }
}
