package io.gpusnapshot;

import io.gpusnapshot.model.RestoreInfo;
import io.gpusnapshot.model.SnapshotEvent;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.storage.StorageConfig;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.StorageProviders;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A program for tests: {@code create <repository> <workspace>} prints the id of a snapshot, {@code restore <repository>
 * <id> <workspace> [bytes]} prints how many bytes were fetched. With a number of bytes, it prints a line and stands
 * still as soon as the store has delivered so many.
 */
final class ForkedService {
    static final String STANDS_STILL = "stands still";

    private ForkedService() {}

    public static void main(String[] arguments) throws IOException {
        Path repository = Path.of(arguments[1]);
        try (StorageProvider folder = StorageProviders.open(StorageConfig.file(repository));
                GPUSnapshotService service = service(folder, arguments)) {
            if (arguments[0].equals("create")) {
                Path workspace = Path.of(arguments[2]);
                CreateRequest request = CreateRequest.builder()
                        .workspace(workspace)
                        .instanceId("gpu-1")
                        .chunkBytes(ServiceFixture.CHUNK_BYTES)
                        .build();
                System.out.println(service.createSnapshot(request).id());
            } else {
                SnapshotId id = new SnapshotId(arguments[2]);
                RestoreInfo info = service.restoreSnapshot(RestoreRequest.of(id, Path.of(arguments[3])));
                System.out.println(info.bytesFetched());
            }
        }
    }

    private static GPUSnapshotService service(StorageProvider folder, String[] arguments) throws IOException {
        boolean stalls = arguments.length > 4;
        return GPUSnapshotService.builder()
                .storage(stalls ? new StallingStorageProvider(folder, Long.parseLong(arguments[4])) : folder)
                .listener(event -> {
                    if (event instanceof SnapshotEvent.Warned warned) {
                        System.err.println("warning: " + warned.warning());
                    }
                })
                .parallelism(1)
                .build();
    }
}
