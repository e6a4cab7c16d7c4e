package io.gpusnapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.internal.format.StoredChunk;
import io.gpusnapshot.model.ReplicaReport;
import io.gpusnapshot.model.ReplicateInfo;
import io.gpusnapshot.model.RestoreInfo;
import io.gpusnapshot.model.RestoreVerification;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.model.SnapshotWarning;
import io.gpusnapshot.model.SyncPolicy;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.memory.MemoryStorageProvider;
import io.gpusnapshot.testing.SeededRandom;
import io.gpusnapshot.testing.TreeListing;
import io.gpusnapshot.testing.Workspaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Differences and their bases come from whichever of several stores has each of them whole. */
class DeltaReplicaTest {
    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    private final StorageProvider first = new MemoryStorageProvider(Clock.systemUTC());
    private final StorageProvider second = new MemoryStorageProvider(Clock.systemUTC());
    private Path directory;
    private Path source;
    private SnapshotId snapshot;
    private List<StoredChunk> bases;
    private List<StoredChunk> differences;

    @BeforeEach
    void create(@TempDir Path temporary) throws IOException {
        directory = temporary;
        source = directory.resolve("source");
        Path weights = source.resolve("weights.bin");
        try (Checkpoints checkpoints = new Checkpoints(first, Clock.systemUTC(), random)) {
            checkpoints.init(weights);
            checkpoints.create(source);
            checkpoints.train(weights);
            Workspaces.write(source.resolve("other.bin"), random.nextBytes(300));
            snapshot = checkpoints.create(source).id();
            checkpoints.fixture.service.replicateSnapshot(ReplicateRequest.of(snapshot, second));
        }
        bases = Checkpoints.bases(first, snapshot);
        differences = Checkpoints.differences(first, snapshot);
        assertThat(bases).hasSizeGreaterThan(3);
    }

    private static GPUSnapshotServiceBuilder service(StorageProvider store) {
        return GPUSnapshotService.builder()
                .storage(store)
                .codecs(Checkpoints.CODECS)
                .parallelism(3);
    }

    private RestoreInfo restore(GPUSnapshotServiceBuilder builder, Path target, RestoreVerification verification)
            throws IOException {
        try (GPUSnapshotService service = builder.build()) {
            return service.restoreSnapshot(RestoreRequest.builder(snapshot, target)
                    .verification(verification)
                    .sync(SyncPolicy.NONE)
                    .build());
        } finally {
            Leaks.assertNone(first, List.of(target));
        }
    }

    private RestoreInfo restoreAll(RestoreVerification verification) throws IOException {
        Path target = Files.createTempDirectory(directory, "target");
        RestoreInfo info = restore(service(first).replica(second), target, verification);
        assertThat(TreeListing.of(target)).isEqualTo(TreeListing.of(source));
        assertThat(info.bytesFetched())
                .isEqualTo(info.replicas().stream()
                        .mapToLong(ReplicaReport::bytesFetched)
                        .sum());
        return info;
    }

    private static void flip(StorageProvider store, StoredChunk chunk) throws IOException {
        StoredObjects.flip(store, chunk.packKey(), (int) chunk.offset() + 9, 1);
    }

    @Test
    void aReplicaHasTheBasesToo() throws IOException {
        Path target = directory.resolve("target");
        restore(service(second), target, RestoreVerification.SHA256);
        assertThat(TreeListing.of(target)).isEqualTo(TreeListing.of(source));
    }

    @ParameterizedTest
    @EnumSource(RestoreVerification.class)
    void aReplicationChecksDifferencesAndTheirBases(RestoreVerification verification) throws IOException {
        assertThat(replicate(verification).packsCopied()).isEqualTo(2);
        flip(first, bases.get(1));
        assertThatExceptionOfType(DataIntegrityException.class)
                .isThrownBy(() -> replicate(verification))
                .withMessageContaining(bases.get(1).packKey());
    }

    private ReplicateInfo replicate(RestoreVerification verification) throws IOException {
        StorageProvider third = new MemoryStorageProvider(Clock.systemUTC());
        try (GPUSnapshotService service = service(first).build()) {
            return service.replicateSnapshot(
                    ReplicateRequest.of(snapshot, third).withVerification(verification));
        } finally {
            Leaks.assertNone(first, List.of());
        }
    }

    @ParameterizedTest
    @EnumSource(RestoreVerification.class)
    void damagedBasesComeFromTheOther(RestoreVerification verification) throws IOException {
        for (int i = 0; i < bases.size(); i++) {
            flip(i % 2 == 0 ? first : second, bases.get(i));
        }
        RestoreInfo info = restoreAll(verification);
        // They are read at once, so that whichever store is asked first has damaged ones among them.
        assertThat(info.replicas()).anyMatch(replica -> replica.failures() > 0);
        assertThat(info.warnings())
                .isNotEmpty()
                .extracting(SnapshotWarning::path)
                .containsOnly(bases.get(0).packKey());
    }

    @ParameterizedTest
    @EnumSource(RestoreVerification.class)
    void damageInBothStoresIsHarmlessWhereItDiffers(RestoreVerification verification) throws IOException {
        flip(first, bases.get(0));
        flip(second, bases.get(1));
        flip(first, bases.get(2));
        flip(second, differences.get(0));
        flip(first, differences.get(1));
        flip(second, differences.get(2));
        restoreAll(verification);
    }

    @Test
    void missingAndCutPacksComeFromTheOther() throws IOException {
        StoredObjects.delete(first, bases.get(0).packKey());
        StoredObjects.truncate(
                second, differences.get(0).packKey(), (int) differences.get(1).offset() + 5);
        restoreAll(RestoreVerification.SHA256);
    }

    @Test
    void aPackOfBasesThatIsCutIsReadOnFromTheOther() throws IOException {
        StoredObjects.truncate(first, bases.get(1).packKey(), (int) bases.get(1).offset() + 5);
        StoredObjects.delete(second, differences.get(0).packKey());
        restoreAll(RestoreVerification.CRC32C);
    }

    @Test
    void aBaseThatIsDamagedEverywhereCostsTheFilesThatNeedIt() throws IOException {
        flip(first, bases.get(1));
        flip(second, bases.get(1));
        Path target = directory.resolve("target");
        assertThatExceptionOfType(DataIntegrityException.class)
                .isThrownBy(() -> restore(service(first).replica(second), target, RestoreVerification.SHA256))
                .withMessageContainingAll("1 files of " + snapshot, ": weights.bin;")
                .withMessageContainingAll("No replica delivers", bases.get(1).packKey());
        assertThat(target.resolve("other.bin")).hasSameBinaryContentAs(source.resolve("other.bin"));
        assertThat(target.resolve("weights.bin")).doesNotExist();
    }
}
