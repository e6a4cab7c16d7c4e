package io.gpusnapshot.golden;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gpusnapshot.CreateRequest;
import io.gpusnapshot.GPUSnapshotService;
import io.gpusnapshot.model.SnapshotInfo;
import io.gpusnapshot.storage.StorageConfig;
import io.gpusnapshot.testing.Workspaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Makes the golden repository of the feature {@code delta}. No ordinary build runs it; {@link GoldenMaker} tells how, with
 * another name of the test and of the directory.
 */
class GoldenDeltaMaker {
    private static final int CHUNK_BYTES = 64 << 10;

    private final Random random = new Random(1);

    @Test
    void make(@TempDir Path directory) throws IOException {
        String target = System.getProperty("golden.directory", "");
        assumeTrue(!target.isEmpty(), "needs -Dgolden.directory");
        Path golden = Files.createDirectories(Path.of(target));
        Path workspace = directory.resolve("workspace");
        byte[] weights = nibbles(CHUNK_BYTES + 5_000);
        try (GPUSnapshotService service = GPUSnapshotService.builder()
                .storage(StorageConfig.file(golden.resolve("repository")))
                .build()) {
            Workspaces.write(workspace.resolve("weights.bin"), weights);
            take(service, workspace);
            for (int i = 0; i < 200; i++) {
                weights[random.nextInt(weights.length)] ^= (byte) 0x0c;
            }
            Workspaces.write(workspace.resolve("weights.bin"), weights);
            SnapshotInfo second = take(service, workspace);
            Files.write(golden.resolve("second.txt"), List.of(second.id().value()));
        }
        Files.write(golden.resolve("weights.bin"), weights);
    }

    /** Half of what bytes can hold, so that they take half of the room. */
    private byte[] nibbles(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        for (int i = 0; i < length; i++) {
            bytes[i] &= (byte) 0x0f;
        }
        return bytes;
    }

    private static SnapshotInfo take(GPUSnapshotService service, Path workspace) throws IOException {
        return service.createSnapshot(CreateRequest.builder()
                .workspace(workspace)
                .instanceId("golden")
                .codec("zstd")
                .delta(true)
                .chunkBytes(CHUNK_BYTES)
                .build());
    }
}
