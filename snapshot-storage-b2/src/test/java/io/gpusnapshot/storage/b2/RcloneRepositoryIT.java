package io.gpusnapshot.storage.b2;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.CreateRequest;
import io.gpusnapshot.GPUSnapshotService;
import io.gpusnapshot.RestoreRequest;
import io.gpusnapshot.model.SnapshotInfo;
import io.gpusnapshot.model.VerifyDepth;
import io.gpusnapshot.storage.ListOptions;
import io.gpusnapshot.storage.StorageConfig;
import io.gpusnapshot.storage.StorageObject;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.StorageProviders;
import io.gpusnapshot.storage.b2.emulator.Operation;
import io.gpusnapshot.storage.b2.emulatortest.Rclone;
import io.gpusnapshot.testing.SeededRandom;
import io.gpusnapshot.testing.TreeListing;
import io.gpusnapshot.testing.Workspaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What this SDK writes to B2 reads rclone, and the other way round: two clients that share no code. */
@Timeout(120)
class RcloneRepositoryIT {
    private static final int WEIGHTS_BYTES = 20 << 20;
    private static final String REMOTE = "b2:" + EmulatedBucket.NAME + "/team";

    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    @SuppressWarnings("NullAway.Init")
    private EmulatedBucket bucket;

    @SuppressWarnings("NullAway.Init")
    private StorageProvider store;

    @SuppressWarnings("NullAway.Init")
    private Rclone rclone;

    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private Path source;

    @BeforeAll
    static void findRclone() {
        Rclone.require();
    }

    @BeforeEach
    void open(@TempDir Path temporary) throws IOException {
        folder = temporary;
        bucket = new EmulatedBucket(folder.resolve("bucket"));
        store = bucket.open(bucket.config().withPrefix("team"), bucket.credentials());
        rclone = new Rclone(bucket.emulator, folder);
        source = Workspaces.mixed(Files.createDirectory(folder.resolve("source")), random);
        Workspaces.write(source.resolve("weights.bin"), random.nextBytes(WEIGHTS_BYTES));
    }

    @AfterEach
    void close() throws IOException {
        store.close();
        bucket.close();
    }

    private StorageProvider openFolder(Path repository) throws IOException {
        return StorageProviders.open(StorageConfig.file(repository));
    }

    private SnapshotInfo create(StorageProvider into) throws IOException {
        try (GPUSnapshotService service =
                GPUSnapshotService.builder().storage(into).build()) {
            return service.createSnapshot(CreateRequest.builder()
                    .workspace(source)
                    .instanceId("gpu-1")
                    .build());
        }
    }

    private void requireVerifiedAndRestored(StorageProvider from, SnapshotInfo snapshot) throws IOException {
        Path target = folder.resolve("target");
        try (GPUSnapshotService service =
                GPUSnapshotService.builder().storage(from).build()) {
            assertThat(service.verifySnapshot(snapshot.id(), VerifyDepth.DATA).isSound())
                    .isTrue();
            service.restoreSnapshot(RestoreRequest.of(snapshot.id(), target));
        }
        assertThat(TreeListing.of(target)).isEqualTo(TreeListing.of(source));
    }

    private static List<StorageObject> packs(StorageProvider of) throws IOException {
        return of.list(ListOptions.ofPrefix("packs/")).objects();
    }

    @Test
    void whatACreateSentByGrantsIsReadByRclone() throws Exception {
        SnapshotInfo snapshot = create(store);
        assertThat(bucket.emulator.traffic().calls(Operation.FINISH_LARGE_FILE)).isPositive();
        Path copy = folder.resolve("copy");
        rclone.run("copy", REMOTE, copy.toString());
        rclone.run("check", "--download", REMOTE, copy.toString());
        try (StorageProvider copied = openFolder(copy)) {
            assertThat(packs(copied)).isNotEmpty().hasSameSizeAs(packs(store));
            requireVerifiedAndRestored(copied, snapshot);
        }
    }

    @Test
    void rcloneReadsRangesOfPacksThatWereSentInParts() throws Exception {
        create(store);
        StorageObject pack = packs(store).stream()
                .max(Comparator.comparing(StorageObject::lengthBytes))
                .orElseThrow();
        byte[] bytes = StorageProviders.readFully(store, pack.key(), WEIGHTS_BYTES);
        // Across the border of its two parts, and at the very end.
        int middle = bytes.length / 2 - 1000;
        requireRange(
                pack, Arrays.copyOfRange(bytes, middle, middle + 2000), "--offset", "" + middle, "--count", "2000");
        requireRange(pack, Arrays.copyOfRange(bytes, bytes.length - 77, bytes.length), "--tail", "77");
    }

    private void requireRange(StorageObject pack, byte[] expected, String... range) throws Exception {
        String[] arguments = Arrays.copyOf(range, range.length + 2);
        arguments[range.length] = "cat";
        arguments[range.length + 1] = REMOTE + "/" + pack.key();
        Path output = folder.resolve("range");
        rclone.runTo(output, arguments);
        assertThat(output).hasBinaryContent(expected);
    }

    @Test
    void aRepositoryThatRcloneBroughtIsVerifiedAndRestored() throws Exception {
        Path repository = folder.resolve("repository");
        SnapshotInfo snapshot;
        try (StorageProvider local = openFolder(repository)) {
            snapshot = create(local);
        }
        rclone.run("copy", repository.toString(), REMOTE);
        assertThat(bucket.emulator.traffic().calls(Operation.FINISH_LARGE_FILE)).isPositive();
        requireVerifiedAndRestored(store, snapshot);
    }
}
