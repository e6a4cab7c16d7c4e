package io.gpusnapshot.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.gpusnapshot.CreateRequest;
import io.gpusnapshot.GPUSnapshotService;
import io.gpusnapshot.ReplicateRequest;
import io.gpusnapshot.RestoreRequest;
import io.gpusnapshot.error.SnapshotException;
import io.gpusnapshot.model.ReplicaReport;
import io.gpusnapshot.model.RestoreInfo;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.model.SnapshotWarning;
import io.gpusnapshot.storage.StorageConfig;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.StorageProviders;
import io.gpusnapshot.storage.b2.B2Credentials;
import io.gpusnapshot.storage.b2.B2StorageProvider;
import io.gpusnapshot.storage.b2.emulator.B2Emulator;
import io.gpusnapshot.storage.b2.emulator.Fault;
import io.gpusnapshot.storage.b2.emulator.FaultEffect;
import io.gpusnapshot.storage.b2.emulator.Operation;
import io.gpusnapshot.storage.s3.S3Credentials;
import io.gpusnapshot.storage.s3.S3StorageProvider;
import io.gpusnapshot.storage.s3.server.S3Server;
import io.gpusnapshot.storage.s3.server.TroubledBlobs;
import io.gpusnapshot.testing.SeededRandom;
import io.gpusnapshot.testing.TreeListing;
import io.gpusnapshot.testing.Workspaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Restores from a folder, an S3 bucket and a B2 bucket at once, of which some are slow, damaged, incomplete or dying. */
class AwkwardReplicasTest {
    private static final String BUCKET = "snapshots";
    private static final int WEIGHTS_BYTES = 20 << 20;
    private static final int MORE_BYTES = 10 << 20;
    private static final long SLOW = 2_000_000;

    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    @SuppressWarnings("NullAway.Init")
    private B2Emulator emulator;

    @SuppressWarnings("NullAway.Init")
    private S3Server server;

    @SuppressWarnings("NullAway.Init")
    private TroubledBlobs blobs;

    @SuppressWarnings("NullAway.Init")
    private StorageProvider folder;

    @SuppressWarnings("NullAway.Init")
    private StorageProvider s3;

    @SuppressWarnings("NullAway.Init")
    private StorageProvider b2;

    @SuppressWarnings("NullAway.Init")
    private GPUSnapshotService service;

    private Path repository = Path.of("");
    private Path workspace = Path.of("");
    private Path target = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private SnapshotId snapshot;

    /** The keys of the snapshot's packs, those of its parent first. */
    private List<String> packs = List.of();

    @BeforeEach
    void open(@TempDir Path home) throws IOException, InterruptedException {
        repository = home.resolve("repository");
        workspace = home.resolve("workspace");
        target = home.resolve("target");
        folder = StorageProviders.open(StorageConfig.file(repository));
        s3 = openS3();
        b2 = openB2(home.resolve("b2"));
        service = GPUSnapshotService.builder()
                .storage(folder)
                .replica(s3)
                .replica(b2)
                .build();
        createWith("weights.bin", WEIGHTS_BYTES);
        createWith("more.bin", MORE_BYTES);
        service.replicateSnapshot(ReplicateRequest.of(snapshot, s3));
        service.replicateSnapshot(ReplicateRequest.of(snapshot, b2));
        packs = packsOfTheFolder();
        assertThat(packs).hasSizeGreaterThanOrEqualTo(2);
    }

    private StorageProvider openS3() throws IOException {
        server = S3Server.start(objects -> {
            blobs = new TroubledBlobs(objects);
            return blobs;
        });
        server.createBucket(BUCKET);
        return S3StorageProvider.open(
                StorageConfig.bucket(StorageConfig.S3, BUCKET)
                        .withEndpoint(server.endpoint().toString()),
                S3Credentials.of(S3Server.ACCESS_KEY_ID, S3Server.SECRET_ACCESS_KEY));
    }

    private StorageProvider openB2(Path root) throws IOException, InterruptedException {
        emulator = B2Emulator.builder().root(root).start();
        String endpoint = emulator.endpoint().toString();
        B2Buckets.create(endpoint, emulator.keyId(), emulator.applicationKey(), BUCKET);
        return B2StorageProvider.open(
                StorageConfig.bucket(StorageConfig.B2, BUCKET).withEndpoint(endpoint),
                new B2Credentials(emulator.keyId(), emulator.applicationKey()));
    }

    private void createWith(String name, int bytes) throws IOException {
        Workspaces.write(workspace.resolve(name), random.nextBytes(bytes));
        snapshot = service.createSnapshot(CreateRequest.builder()
                        .workspace(workspace)
                        .instanceId("gpu-1")
                        .build())
                .id();
    }

    private List<String> packsOfTheFolder() throws IOException {
        try (Stream<Path> files = Files.walk(repository.resolve("packs"))) {
            return files.filter(file -> file.toString().endsWith(".pack"))
                    .map(file -> repository.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    @AfterEach
    void close() throws IOException {
        service.close();
        b2.close();
        s3.close();
        folder.close();
        emulator.close();
        server.close();
    }

    private RestoreInfo restore() throws IOException {
        RestoreInfo restored = restoreBy(service);
        assertThat(restored.replicas()).hasSize(3);
        return restored;
    }

    private RestoreInfo restoreBy(GPUSnapshotService restorer) throws IOException {
        RestoreInfo restored = restorer.restoreSnapshot(RestoreRequest.of(snapshot, target));
        assertThat(TreeListing.of(target)).isEqualTo(TreeListing.of(workspace));
        assertThat(restored.replicas().stream()
                        .mapToLong(ReplicaReport::bytesFetched)
                        .sum())
                .isEqualTo(restored.bytesFetched());
        return restored;
    }

    private static ReplicaReport of(StorageProvider store, RestoreInfo restored) {
        return restored.replicas().stream()
                .filter(replica -> replica.store().equals(store.toString()))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> warnings(RestoreInfo restored) {
        return restored.warnings().stream().map(SnapshotWarning::toString).toList();
    }

    private void slowB2() {
        emulator.faults()
                .inject(Fault.of(FaultEffect.throttle(SLOW), Operation.DOWNLOAD_BY_NAME)
                        .named("packs/"));
    }

    private void loseInB2(String pack) {
        emulator.faults()
                .inject(Fault.of(FaultEffect.fail(404, "not_found"), Operation.DOWNLOAD_BY_NAME)
                        .named(pack));
    }

    private void damageInFolder(String pack) throws IOException {
        Path file = repository.resolve(pack);
        byte[] bytes = Files.readAllBytes(file);
        for (int at = 1000; at < bytes.length; at += 100_000) {
            bytes[at] ^= 1;
        }
        Files.write(file, bytes);
    }

    @Test
    void allServeWhenAllAreWell() throws IOException {
        RestoreInfo restored = restore();
        assertThat(restored.warnings()).isEmpty();
        assertThat(restored.replicas())
                .allSatisfy(replica -> assertThat(replica.bytesFetched()).isPositive())
                .allSatisfy(replica -> assertThat(replica.failures()).isZero());
    }

    @Test
    void aSlowStoreServesLess() throws IOException {
        slowB2();
        RestoreInfo restored = restore();
        assertThat(of(b2, restored).bytesFetched()).isLessThan(restored.bytesFetched() / 2);
    }

    @Test
    void missingPacksComeFromTheOthers() throws IOException {
        packs.forEach(blobs::lose);
        RestoreInfo restored = restore();
        assertThat(of(s3, restored).bytesFetched()).isZero();
        assertThat(of(s3, restored).failures()).isPositive();
        assertThat(warnings(restored)).anyMatch(warning -> warning.contains("not delivered by " + s3));
    }

    @Test
    void aStoreWithDamageIsFoundOutAndNamed() throws IOException {
        for (String pack : packs) {
            damageInFolder(pack);
        }
        RestoreInfo restored = restore();
        assertThat(of(folder, restored).failures()).isPositive();
        assertThat(warnings(restored)).anyMatch(warning -> warning.contains("not delivered by " + folder));
    }

    @Test
    void aStoreThatDiesInTheMiddleIsReplaced() throws IOException {
        // What describes the snapshot comes through, and some of what it holds.
        blobs.dieAfter(5);
        try (GPUSnapshotService two =
                GPUSnapshotService.builder().storage(s3).replica(b2).build()) {
            RestoreInfo restored = restoreBy(two);
            assertThat(blobs.isDead()).isTrue();
            assertThat(of(s3, restored).failures()).isPositive();
            assertThat(of(b2, restored).bytesFetched()).isPositive();
        }
    }

    @Test
    void eachMayHaveATroubleOfItsOwn() throws IOException {
        slowB2();
        blobs.lose(packs.get(0));
        damageInFolder(packs.get(packs.size() - 1));
        restore();
    }

    @Test
    void aPackThatAllLackIsNamedWithTheStoresAndTheRestoreGoesOnLater() throws IOException {
        String lost = packs.get(0);
        loseInB2(lost);
        blobs.lose(lost);
        Path saved = Files.move(repository.resolve(lost), repository.resolveSibling("saved"));

        assertThat(catchThrowable(this::restore))
                .isInstanceOf(SnapshotException.class)
                .hasMessageContainingAll(lost, "weights.bin", folder.toString(), s3.toString(), b2.toString());
        assertThat(target.resolve("weights.bin")).doesNotExist();

        Files.move(saved, repository.resolve(lost));
        restore();
    }
}
