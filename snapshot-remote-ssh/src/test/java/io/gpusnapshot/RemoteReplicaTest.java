package io.gpusnapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.error.SnapshotNotFoundException;
import io.gpusnapshot.error.StorageRequestException;
import io.gpusnapshot.internal.format.RepositoryLayout;
import io.gpusnapshot.model.ReplicaReport;
import io.gpusnapshot.model.RestoreInfo;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.model.SnapshotWarning;
import io.gpusnapshot.remote.LocalProcessExecutor;
import io.gpusnapshot.remote.SshTarget;
import io.gpusnapshot.storage.PutOptions;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.StorageProviders;
import io.gpusnapshot.storage.b2.emulator.Fault;
import io.gpusnapshot.storage.b2.emulator.FaultEffect;
import io.gpusnapshot.storage.b2.emulator.Operation;
import io.gpusnapshot.storage.memory.MemoryStorageProvider;
import io.gpusnapshot.testing.SeededRandom;
import io.gpusnapshot.testing.TreeListing;
import io.gpusnapshot.testing.Workspaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** An agent restores from several stores as a restore without SSH does, by grants of each of them. */
class RemoteReplicaTest {
    private static final int WEIGHTS_BYTES = 24 << 20;
    private static final SshTarget HOST =
            SshTarget.of("host", 22).withPassword(() -> "none".toCharArray()).withHostKey("SHA256:" + "A".repeat(43));

    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    @SuppressWarnings("NullAway.Init")
    private EmulatedStore first;

    @SuppressWarnings("NullAway.Init")
    private EmulatedStore second;

    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private Path source;

    @SuppressWarnings("NullAway.Init")
    private SnapshotId snapshot;

    @BeforeEach
    void create(@TempDir Path temporary) throws IOException {
        folder = temporary;
        first = new EmulatedStore(folder.resolve("first"));
        second = new EmulatedStore(folder.resolve("second"));
        source = Files.createDirectory(folder.resolve("source"));
        Workspaces.mixed(source, random);
        Workspaces.write(source.resolve("weights.bin"), random.nextBytes(WEIGHTS_BYTES));
        try (GPUSnapshotService service =
                GPUSnapshotService.builder().storage(first.provider).build()) {
            snapshot = service.createSnapshot(
                            CreateRequest.builder().workspace(source).build())
                    .id();
            service.replicateSnapshot(ReplicateRequest.of(snapshot, second.provider));
        }
    }

    @AfterEach
    void close() throws IOException {
        first.close();
        second.close();
    }

    private RestoreInfo restore(StorageProvider store, StorageProvider... replicas) throws IOException {
        GPUSnapshotServiceBuilder builder = GPUSnapshotService.builder()
                .storage(store)
                .remoteExecutors(ignored -> LocalProcessExecutor.in(folder))
                .agentInstaller(new ClassPathAgent());
        for (StorageProvider replica : replicas) {
            builder.replica(replica);
        }
        Path target = Files.createTempDirectory(folder, "target");
        try (GPUSnapshotService service = builder.build()) {
            RestoreInfo info = service.restoreSnapshot(RestoreRequest.of(snapshot, HOST, target.toString()));
            assertThat(TreeListing.of(target)).isEqualTo(TreeListing.of(source));
            assertThat(info.replicas().stream()
                            .mapToLong(ReplicaReport::bytesFetched)
                            .sum())
                    .isEqualTo(info.bytesFetched());
            return info;
        }
    }

    private static List<String> texts(RestoreInfo info) {
        return info.warnings().stream().map(SnapshotWarning::toString).toList();
    }

    private static void damage(EmulatedStore store, String key) throws IOException {
        byte[] content = StorageProviders.readFully(store.provider, key, WEIGHTS_BYTES);
        for (int position = 40; position < content.length; position += 1 << 20) {
            content[position] ^= 0x10;
        }
        StorageProviders.putBytes(store.provider, key, content, PutOptions.REPLACE);
    }

    private String pack() {
        return RepositoryLayout.pack(snapshot, 0);
    }

    @Test
    void allStoresServe() throws IOException {
        RestoreInfo info = restore(first.provider, second.provider);

        assertThat(info.replicas())
                .extracting(ReplicaReport::store)
                .containsExactly(first.provider.toString(), second.provider.toString());
        assertThat(info.replicas())
                .allSatisfy(replica -> assertThat(replica.bytesFetched()).isPositive())
                .allSatisfy(replica -> assertThat(replica.failures()).isZero());
        assertThat(info.warnings()).isEmpty();
    }

    @Test
    void whatIsDamagedInOneStoreComesFromTheOther() throws IOException {
        damage(first, pack());

        RestoreInfo info = restore(first.provider, second.provider);

        assertThat(info.replicas().get(0).failures()).isPositive();
        assertThat(texts(info)).anyMatch(warning -> warning.contains("asking another replica"));
    }

    @Test
    void aStoreThatFailsInMidJobIsDoneWithout() throws IOException {
        first.emulator
                .faults()
                .inject(Fault.of(FaultEffect.serviceUnavailable(), Operation.DOWNLOAD_BY_NAME)
                        .named(RepositoryLayout.PACKS));

        RestoreInfo info = restore(first.provider, second.provider);

        assertThat(info.replicas().get(1).bytesFetched()).isGreaterThan(WEIGHTS_BYTES);
    }

    @Test
    void aDamagedManifestIsTakenFromTheOtherStore() throws IOException {
        damage(first, RepositoryLayout.manifest(snapshot));

        assertThat(texts(restore(first.provider, second.provider)))
                .anyMatch(warning -> warning.startsWith("replica skipped: " + first.provider));
    }

    @Test
    void aStoreThatDoesNotHaveItIsSkipped() throws IOException {
        first.provider.delete(List.of(RepositoryLayout.manifest(snapshot)));

        RestoreInfo info = restore(first.provider, second.provider);

        assertThat(texts(info)).anyMatch(warning -> warning.startsWith("replica skipped: " + first.provider));
        assertThat(info.replicas())
                .singleElement()
                .satisfies(replica -> assertThat(replica.store()).isEqualTo(second.provider.toString()));
    }

    @Test
    void aStoreThatGrantsNothingIsSkipped() throws IOException {
        StorageProvider plain = new MemoryStorageProvider(Clock.systemUTC());
        replicate(plain);

        RestoreInfo info = restore(plain, second.provider);

        assertThat(texts(info)).anyMatch(warning -> warning.contains("issues no grants"));
        assertThatExceptionOfType(StorageRequestException.class)
                .isThrownBy(() -> restore(plain))
                .withMessageContaining("issues no grants");
    }

    private void replicate(StorageProvider target) throws IOException {
        try (GPUSnapshotService service =
                GPUSnapshotService.builder().storage(first.provider).build()) {
            service.replicateSnapshot(ReplicateRequest.of(snapshot, target));
        }
    }

    @Test
    void whatIsDamagedInAllStoresIsNamed() throws IOException {
        damage(first, pack());
        damage(second, pack());

        assertThatExceptionOfType(DataIntegrityException.class)
                .isThrownBy(() -> restore(first.provider, second.provider))
                .withMessageContaining(pack());
    }

    @Test
    void whatNoStoreHasIsNamed() throws IOException {
        first.provider.delete(List.of(RepositoryLayout.manifest(snapshot)));
        second.provider.delete(List.of(RepositoryLayout.manifest(snapshot)));

        assertThatExceptionOfType(SnapshotNotFoundException.class)
                .isThrownBy(() -> restore(first.provider, second.provider))
                .withMessageContaining(snapshot.value());
    }
}
