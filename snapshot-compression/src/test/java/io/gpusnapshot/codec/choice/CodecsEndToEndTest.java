package io.gpusnapshot.codec.choice;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.CreateRequest;
import io.gpusnapshot.GPUSnapshotService;
import io.gpusnapshot.RestoreRequest;
import io.gpusnapshot.model.SnapshotInfo;
import io.gpusnapshot.model.SyncPolicy;
import io.gpusnapshot.model.VerifyDepth;
import io.gpusnapshot.storage.StorageConfig;
import io.gpusnapshot.testing.DataSets;
import io.gpusnapshot.testing.SeededRandom;
import io.gpusnapshot.testing.TreeListing;
import io.gpusnapshot.testing.Workspaces;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Workspaces through every codec and back. */
class CodecsEndToEndTest {
    private static final int FILE_BYTES = 3_000_001;

    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    private final Path folder;

    CodecsEndToEndTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @ParameterizedTest
    @CsvSource({"none, 1.01", "lz4, 0.88", "zstd, 0.71", "floats, 0.74", "auto, 0.75"})
    void whatIsRestoredIsWhatWasThere(String codec, double most) throws IOException {
        Path workspace = folder.resolve("workspace");
        Path target = folder.resolve("target");
        Workspaces.write(workspace.resolve("weights"), DataSets.BF16.ofLength(FILE_BYTES, random));
        Workspaces.write(workspace.resolve("log"), DataSets.TEXT.ofLength(FILE_BYTES, random));
        Workspaces.write(workspace.resolve("archive"), random.nextBytes(FILE_BYTES));
        try (GPUSnapshotService service = GPUSnapshotService.builder()
                .storage(StorageConfig.file(folder.resolve("repository")))
                .build()) {
            SnapshotInfo snapshot = service.createSnapshot(
                    CreateRequest.builder().workspace(workspace).codec(codec).build());
            assertThat(snapshot.bytesStored()).isLessThan((long) (3 * FILE_BYTES * most));
            assertThat(service.verifySnapshot(snapshot.id(), VerifyDepth.DATA).problems())
                    .isEmpty();
            service.restoreSnapshot(RestoreRequest.builder(snapshot.id(), target)
                    .sync(SyncPolicy.NONE)
                    .build());
        }
        assertThat(TreeListing.of(target)).isEqualTo(TreeListing.of(workspace));
    }
}
