package io.gpusnapshot;

import io.gpusnapshot.model.SnapshotEvent;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.storage.StorageConfig;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.StorageProviders;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A program for tests: {@code create <repository> <workspace>} prints the id of a snapshot; {@code restore <repository>
 * <id> <workspace>}, with {@code --delete}, {@code --twice}, {@code --only <pattern>} or {@code --stall <bytes>} behind it, prints how many
 * bytes were fetched. With {@code --stall}, it prints a line and stands still once the store has delivered so many.
 */
final class ForkedService {
    static final String STANDS_STILL = "stands still";

    private ForkedService() {}

    public static void main(String[] arguments) throws IOException {
        List<String> options = List.of(arguments).subList(Math.min(4, arguments.length), arguments.length);
        try (StorageProvider folder = StorageProviders.open(StorageConfig.file(Path.of(arguments[1])));
                GPUSnapshotService service = service(folder, options)) {
            if (arguments[0].equals("create")) {
                CreateRequest request = CreateRequest.builder()
                        .workspace(Path.of(arguments[2]))
                        .instanceId("gpu-1")
                        .chunkBytes(ServiceFixture.CHUNK_BYTES)
                        .build();
                System.out.println(service.createSnapshot(request).id());
            } else {
                RestoreRequest.Builder request =
                        RestoreRequest.builder(new SnapshotId(arguments[2]), Path.of(arguments[3]));
                value(options, "--only").ifPresent(request::only);
                request.deleteExtraneous(options.contains("--delete"));
                if (options.contains("--twice")) {
                    service.restoreSnapshot(request.build());
                }
                System.out.println(service.restoreSnapshot(request.build()).bytesFetched());
            }
        }
    }

    private static Optional<String> value(List<String> options, String name) {
        int index = options.indexOf(name);
        return index < 0 ? Optional.empty() : Optional.of(options.get(index + 1));
    }

    private static GPUSnapshotService service(StorageProvider folder, List<String> options) throws IOException {
        StorageProvider store = value(options, "--stall")
                .<StorageProvider>map(bytes -> new StallingStorageProvider(folder, Long.parseLong(bytes)))
                .orElse(folder);
        return GPUSnapshotService.builder()
                .storage(store)
                .listener(event -> {
                    if (event instanceof SnapshotEvent.Warned warned) {
                        System.err.println("warning: " + warned.warning());
                    }
                })
                .parallelism(1)
                .build();
    }
}
