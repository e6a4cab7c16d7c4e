package io.gpusnapshot.storage.b2;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.CreateRequest;
import io.gpusnapshot.GPUSnapshotService;
import io.gpusnapshot.PruneRequest;
import io.gpusnapshot.RestoreRequest;
import io.gpusnapshot.model.RetentionRule;
import io.gpusnapshot.model.SnapshotInfo;
import io.gpusnapshot.model.VerifyDepth;
import io.gpusnapshot.storage.ListOptions;
import io.gpusnapshot.testing.SeededRandom;
import io.gpusnapshot.testing.TreeListing;
import io.gpusnapshot.testing.Workspaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A snapshot goes to Backblaze and comes back. */
@Tag("live")
class B2LiveSnapshotTest {
    private static final int WEIGHTS_BYTES = 80 << 20;

    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    @BeforeAll
    static void findAccount() {
        LiveBucket.require();
    }

    @Test
    void aSnapshotGoesThereComesBackAndLeavesNothing(@TempDir Path folder) throws IOException {
        Path source = Workspaces.mixed(Files.createDirectory(folder.resolve("source")), random);
        Workspaces.write(source.resolve("weights.bin"), random.nextBytes(WEIGHTS_BYTES));
        Path target = folder.resolve("target");
        try (LiveBucket bucket = new LiveBucket();
                GPUSnapshotService service =
                        GPUSnapshotService.builder().storage(bucket.store()).build()) {
            SnapshotInfo snapshot = service.createSnapshot(CreateRequest.builder()
                    .workspace(source)
                    .instanceId("gpu-1")
                    .build());
            assertThat(service.verifySnapshot(snapshot.id(), VerifyDepth.DATA).isSound())
                    .isTrue();
            service.restoreSnapshot(RestoreRequest.of(snapshot.id(), target));
            assertThat(TreeListing.of(target)).isEqualTo(TreeListing.of(source));

            service.deleteSnapshot(snapshot.id());
            service.prune(PruneRequest.of(RetentionRule.KEEP_ALL).withGrace(Duration.ZERO));
            assertThat(bucket.store().list(ListOptions.ofPrefix("packs/")).objects())
                    .isEmpty();
        }
    }
}
