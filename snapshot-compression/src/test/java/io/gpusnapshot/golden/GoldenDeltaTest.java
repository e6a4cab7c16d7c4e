package io.gpusnapshot.golden;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.GPUSnapshotService;
import io.gpusnapshot.RestoreRequest;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.model.VerifyDepth;
import io.gpusnapshot.storage.StorageConfig;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A snapshot with differences that was stored once and for all, by {@link GoldenDeltaMaker}, is restored for ever. */
class GoldenDeltaTest {
    @Test
    void theGoldenDifferencesComeBack(@TempDir Path folder) throws IOException, URISyntaxException {
        URI resource = Objects.requireNonNull(getClass().getResource("/golden/v1-delta"))
                .toURI();
        Path golden = Path.of(resource);
        SnapshotId second =
                new SnapshotId(Files.readAllLines(golden.resolve("second.txt")).get(0));
        try (GPUSnapshotService service = GPUSnapshotService.builder()
                .storage(StorageConfig.file(golden.resolve("repository")))
                .build()) {
            assertThat(service.verifySnapshot(second, VerifyDepth.DATA).problems())
                    .isEmpty();
            service.restoreSnapshot(RestoreRequest.of(second, folder.resolve("restored")));
        }
        assertThat(folder.resolve("restored/weights.bin")).hasSameBinaryContentAs(golden.resolve("weights.bin"));
    }
}
