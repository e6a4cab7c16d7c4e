package io.gpusnapshot.storage.b2;

import static org.assertj.core.api.Assertions.assertThat;

import com.backblaze.b2.client.B2StorageClient;
import com.backblaze.b2.client.structures.B2FileVersion;
import com.backblaze.b2.client.structures.B2ListUnfinishedLargeFilesRequest;
import io.gpusnapshot.CreateRequest;
import io.gpusnapshot.GPUSnapshotService;
import io.gpusnapshot.PruneRequest;
import io.gpusnapshot.model.RetentionRule;
import io.gpusnapshot.model.SnapshotInfo;
import io.gpusnapshot.model.VerifyDepth;
import io.gpusnapshot.storage.GrantIssuer;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.testing.FakeClock;
import io.gpusnapshot.testing.SeededRandom;
import io.gpusnapshot.testing.Workspaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What a create that was killed leaves in a bucket, and when it goes. {@code KilledB2CreateIT} does the killing. */
class B2PruneTest {
    private static final int PACK_BYTES = 6_000_000;
    private static final String OURS = "team/packs/killed/000000.pack";
    private static final String OF_OTHERS = "others/packs/killed/000000.pack";
    private static final Duration HOUR = Duration.ofHours(1);

    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    private final FakeClock clock = new FakeClock();

    @SuppressWarnings("NullAway.Init")
    private EmulatedBucket bucket;

    @SuppressWarnings("NullAway.Init")
    private StorageProvider store;

    @SuppressWarnings("NullAway.Init")
    private GPUSnapshotService service;

    @SuppressWarnings("NullAway.Init")
    private SnapshotInfo snapshot;

    @BeforeEach
    void leaveAnUploadBehind(@TempDir Path folder) throws IOException {
        bucket = new EmulatedBucket(folder.resolve("bucket"), clock);
        store = bucket.open(bucket.config().withPrefix("team"), bucket.credentials());
        service = GPUSnapshotService.builder().storage(store).clock(clock).build();
        Path source = Files.createDirectory(folder.resolve("source"));
        Workspaces.write(source.resolve("weights.bin"), random.nextBytes(PACK_BYTES));
        snapshot = service.createSnapshot(
                CreateRequest.builder().workspace(source).instanceId("gpu-1").build());
        open(store, "packs/killed/000000.pack");
        try (StorageProvider all = bucket.open()) {
            open(all, OF_OTHERS);
        }
    }

    private static void open(StorageProvider in, String key) throws IOException {
        GrantIssuer issuer = in.grants().orElseThrow();
        issuer.openUpload(key, PACK_BYTES);
    }

    @AfterEach
    void close() throws IOException {
        service.close();
        store.close();
        bucket.close();
    }

    private void pruneAfter(Duration time, Duration grace) throws IOException {
        clock.advance(time);
        service.prune(PruneRequest.of(RetentionRule.KEEP_ALL).withGrace(grace));
    }

    private List<String> unfinished() throws Exception {
        List<String> names = new ArrayList<>();
        try (B2StorageClient client = bucket.client(bucket.credentials())) {
            for (B2FileVersion file : client.unfinishedLargeFiles(
                    B2ListUnfinishedLargeFilesRequest.builder(bucket.bucketId).build())) {
                names.add(file.getFileName());
            }
        }
        return names;
    }

    @Test
    void anUploadIsGivenUpWhenTheGraceTimeIsOver() throws Exception {
        pruneAfter(HOUR.multipliedBy(24), PruneRequest.DEFAULT_GRACE);
        assertThat(unfinished()).containsExactlyInAnyOrder(OURS, OF_OTHERS);

        pruneAfter(Duration.ofSeconds(1), PruneRequest.DEFAULT_GRACE);
        assertThat(unfinished()).containsExactly(OF_OTHERS);
        assertThat(service.verifySnapshot(snapshot.id(), VerifyDepth.DATA).isSound())
                .isTrue();
    }

    @Test
    void aLongerGraceTimeCounts() throws Exception {
        pruneAfter(HOUR.multipliedBy(47), Duration.ofDays(2));
        assertThat(unfinished()).contains(OURS);

        pruneAfter(HOUR.multipliedBy(2), Duration.ofDays(2));
        assertThat(unfinished()).containsExactly(OF_OTHERS);
    }

    @Test
    void anUploadMayTakeADayWhateverTheGraceTime() throws Exception {
        pruneAfter(HOUR.multipliedBy(23), Duration.ZERO);
        assertThat(unfinished()).contains(OURS);
    }

    @Test
    void aDryRunGivesNothingUp() throws Exception {
        clock.advance(Duration.ofDays(9));
        service.prune(PruneRequest.of(RetentionRule.KEEP_ALL).withDryRun(true));
        assertThat(unfinished()).contains(OURS);
    }
}
