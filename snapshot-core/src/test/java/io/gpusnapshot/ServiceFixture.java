package io.gpusnapshot;

import io.gpusnapshot.codec.CodecRegistry;
import io.gpusnapshot.model.RestoreInfo;
import io.gpusnapshot.model.SnapshotEvent;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.model.SnapshotInfo;
import io.gpusnapshot.model.SyncPolicy;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.memory.MemoryStorageProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A service over a store in memory, with chunks so small that little data makes many. */
final class ServiceFixture implements AutoCloseable {
    static final int CHUNK_BYTES = 64 << 10;

    final StorageProvider store;
    final GPUSnapshotService service;
    final List<SnapshotEvent> events = new CopyOnWriteArrayList<>();
    private final Set<Path> workspaces = ConcurrentHashMap.newKeySet();

    ServiceFixture() throws IOException {
        this(new MemoryStorageProvider(Clock.systemUTC()));
    }

    ServiceFixture(StorageProvider store) throws IOException {
        this(store, Clock.systemUTC());
    }

    ServiceFixture(StorageProvider store, Clock clock) throws IOException {
        this(store, clock, CodecRegistry.fromClassPath());
    }

    ServiceFixture(StorageProvider store, Clock clock, CodecRegistry codecs) throws IOException {
        this.store = store;
        this.service = GPUSnapshotService.builder()
                .storage(store)
                .codecs(codecs)
                .listener(events::add)
                .clock(clock)
                .parallelism(3)
                .build();
    }

    CreateRequest.Builder request(Path workspace) {
        workspaces.add(workspace);
        return CreateRequest.builder().workspace(workspace).instanceId("gpu-1").chunkBytes(CHUNK_BYTES);
    }

    SnapshotInfo create(Path workspace) throws IOException {
        return service.createSnapshot(request(workspace).build());
    }

    RestoreInfo restore(SnapshotId snapshot, Path workspace) throws IOException {
        workspaces.add(workspace);
        return service.restoreSnapshot(RestoreRequest.of(snapshot, workspace));
    }

    /** Restores without waiting for the disk. */
    RestoreInfo restoreUnsynced(SnapshotId snapshot, Path workspace) throws IOException {
        workspaces.add(workspace);
        return service.restoreSnapshot(RestoreRequest.builder(snapshot, workspace)
                .sync(SyncPolicy.NONE)
                .build());
    }

    List<String> warnings() {
        return events.stream()
                .filter(SnapshotEvent.Warned.class::isInstance)
                .map(event -> ((SnapshotEvent.Warned) event).warning().toString())
                .toList();
    }

    /** Fails if an operation has left threads or open files behind. */
    @Override
    public void close() throws IOException {
        service.close();
        Leaks.assertNone(store, workspaces);
    }
}
