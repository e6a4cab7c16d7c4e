package io.gpusnapshot.storage.b2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gpusnapshot.CreateRequest;
import io.gpusnapshot.GPUSnapshotService;
import io.gpusnapshot.RestoreRequest;
import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.model.RestoreInfo;
import io.gpusnapshot.model.SnapshotInfo;
import io.gpusnapshot.model.VerifyDepth;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.b2.emulator.Fault;
import io.gpusnapshot.storage.b2.emulator.FaultEffect;
import io.gpusnapshot.storage.b2.emulator.InjectedFault;
import io.gpusnapshot.storage.b2.emulator.Operation;
import io.gpusnapshot.testing.SeededRandom;
import io.gpusnapshot.testing.TreeListing;
import io.gpusnapshot.testing.Workspaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Whole snapshots in a bucket, moved by grants, while things go wrong. */
class B2SnapshotTest {
    private static final int WEIGHTS_BYTES = 40 << 20;
    private static final int CHUNK_BYTES = 4 << 20;

    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    @SuppressWarnings("NullAway.Init")
    private EmulatedBucket bucket;

    @SuppressWarnings("NullAway.Init")
    private StorageProvider store;

    @SuppressWarnings("NullAway.Init")
    private GPUSnapshotService service;

    @SuppressWarnings("NullAway.Init")
    private Path source;

    @SuppressWarnings("NullAway.Init")
    private Path target;

    @BeforeEach
    void open(@TempDir Path folder) throws IOException {
        bucket = new EmulatedBucket(folder.resolve("bucket"));
        store = bucket.open();
        service = GPUSnapshotService.builder().storage(store).build();
        source = Files.createDirectory(folder.resolve("source"));
        target = folder.resolve("target");
        Workspaces.mixed(source, random);
        Workspaces.write(source.resolve("weights.bin"), random.nextBytes(WEIGHTS_BYTES));
    }

    @AfterEach
    void close() throws IOException {
        service.close();
        store.close();
        bucket.close();
    }

    private SnapshotInfo create() throws IOException {
        return service.createSnapshot(CreateRequest.builder()
                .workspace(source)
                .instanceId("gpu-1")
                .codec("none")
                .build());
    }

    private RestoreInfo restore(SnapshotInfo snapshot) throws IOException {
        RestoreInfo restored = service.restoreSnapshot(RestoreRequest.of(snapshot.id(), target));
        assertThat(TreeListing.of(target)).isEqualTo(TreeListing.of(source));
        return restored;
    }

    private long calls(Operation operation) {
        return bucket.emulator.traffic().calls(operation);
    }

    private InjectedFault inject(Fault fault) {
        return bucket.emulator.faults().inject(fault);
    }

    @Test
    void nothingIsSentAfterAskingFirst() throws IOException {
        create();
        assertThat(bucket.emulator.traffic().requests(Operation.UPLOAD_FILE))
                .as("repository.json, the lease and the manifest")
                .hasSize(3)
                .noneMatch(request -> request.headers().containsKey("Expect"));
    }

    @Test
    void aSnapshotGoesIntoTheBucketAndComesBack() throws IOException {
        SnapshotInfo snapshot = create();
        assertThat(service.verifySnapshot(snapshot.id(), VerifyDepth.DATA).isSound())
                .isTrue();
        restore(snapshot);
        assertThat(service.listSnapshots(Optional.empty(), 10).snapshots()).hasSize(1);
        service.deleteSnapshot(snapshot.id());
        assertThat(service.latestSnapshot()).isEmpty();
    }

    @Test
    void packsMoveInPartsAndRangesWithoutTheAccountsKey() throws IOException {
        restore(create());
        assertThat(calls(Operation.UPLOAD_PART)).isGreaterThanOrEqualTo(4);
        assertThat(calls(Operation.FINISH_LARGE_FILE)).isGreaterThanOrEqualTo(2);
        assertThat(calls(Operation.GET_DOWNLOAD_AUTHORIZATION)).isEqualTo(1);
        assertThat(bucket.emulator.traffic().bytesSent(Operation.DOWNLOAD_BY_NAME))
                .isGreaterThan(WEIGHTS_BYTES);
    }

    @Test
    void uploadsAreOpenedAheadAndThoseInVainAreGivenUp() throws IOException {
        create();
        long packs = calls(Operation.FINISH_LARGE_FILE);
        assertThat(packs).isGreaterThanOrEqualTo(5);
        assertThat(calls(Operation.START_LARGE_FILE)).isBetween(packs + 1, packs + 4);
        int left = store.grants().orElseThrow().abandonUploads("packs/", Instant.MAX);
        assertThat(left).isZero();
    }

    @Test
    void busyUploadsAreSentAgainWithNewAddresses() throws IOException {
        InjectedFault busy = inject(Fault.of(FaultEffect.serviceUnavailable(), Operation.UPLOAD_PART)
                .times(2));
        InjectedFault expired = inject(Fault.of(FaultEffect.expiredToken(), Operation.UPLOAD_PART)
                .skipping(1)
                .times(1));
        restore(create());
        assertThat(busy.hits()).isEqualTo(2);
        assertThat(expired.hits()).isEqualTo(1);
        assertThat(calls(Operation.GET_UPLOAD_PART_URL)).isGreaterThan(calls(Operation.FINISH_LARGE_FILE) * 2);
    }

    @Test
    void lostAnswersToUploadsAndFinishesDoNoHarm() throws IOException {
        inject(Fault.of(new FaultEffect.DropReply(), Operation.UPLOAD_PART).times(1));
        inject(Fault.of(new FaultEffect.DropReply(), Operation.FINISH_LARGE_FILE)
                .times(1));
        inject(Fault.of(new FaultEffect.DropReply(), Operation.UPLOAD_FILE)
                .named("snapshots/")
                .times(1));
        restore(create());
    }

    @Test
    void longRangesComeByFewRequestsAndMayBreakInAnyPiece() throws IOException {
        SnapshotInfo snapshot = create();
        try (GPUSnapshotService one =
                GPUSnapshotService.builder().storage(store).maxConnections(1).build()) {
            long chunkByChunk = requestsOfRestore(one, snapshot, OptionalInt.of(1 << 20));
            assertThat(chunkByChunk).isGreaterThanOrEqualTo(WEIGHTS_BYTES / CHUNK_BYTES);
            assertThat(requestsOfRestore(one, snapshot, OptionalInt.empty())).isLessThanOrEqualTo(chunkByChunk / 2);

            InjectedFault cut = inject(Fault.of(
                            new FaultEffect.Cut(CHUNK_BYTES * 3 / 2, FaultEffect.Ending.CLOSE),
                            Operation.DOWNLOAD_BY_NAME)
                    .named("packs/")
                    .times(3));
            requestsOfRestore(one, snapshot, OptionalInt.empty());
            assertThat(cut.hits()).isEqualTo(3);
        }
    }

    /** Restores anew, and counts the downloads. */
    private long requestsOfRestore(GPUSnapshotService by, SnapshotInfo snapshot, OptionalInt rangeBytes)
            throws IOException {
        Path place = target.resolveSibling("target-" + calls(Operation.DOWNLOAD_BY_NAME));
        RestoreRequest.Builder request = RestoreRequest.builder(snapshot.id(), place);
        rangeBytes.ifPresent(request::rangeBytes);
        long before = calls(Operation.DOWNLOAD_BY_NAME);
        by.restoreSnapshot(request.build());
        assertThat(TreeListing.of(place)).isEqualTo(TreeListing.of(source));
        return calls(Operation.DOWNLOAD_BY_NAME) - before;
    }

    @Test
    void brokenAndRefusedDownloadsAreTakenUpWhereTheyBroke() throws IOException {
        SnapshotInfo snapshot = create();
        inject(Fault.of(new FaultEffect.Cut(100_000, FaultEffect.Ending.CLOSE), Operation.DOWNLOAD_BY_NAME)
                .named("packs/")
                .times(2));
        inject(Fault.of(new FaultEffect.Cut(50_000, FaultEffect.Ending.RESET), Operation.DOWNLOAD_BY_NAME)
                .named("packs/")
                .skipping(3)
                .times(2));
        inject(Fault.of(FaultEffect.expiredToken(), Operation.DOWNLOAD_BY_NAME)
                .named("packs/")
                .skipping(5)
                .times(1));
        inject(Fault.of(FaultEffect.tooManyRequests(Duration.ZERO), Operation.DOWNLOAD_BY_NAME)
                .named("packs/")
                .times(1));
        restore(snapshot);
    }

    @Test
    void aStoreThatLiesIsFoundOut() throws IOException {
        SnapshotInfo snapshot = create();
        inject(Fault.of(new FaultEffect.Flip(1000), Operation.DOWNLOAD_BY_NAME).named("packs/"));
        assertThatExceptionOfType(DataIntegrityException.class)
                .isThrownBy(() -> service.restoreSnapshot(RestoreRequest.of(snapshot.id(), target)))
                .withMessageContaining("another SHA-256");
        bucket.emulator.faults().clear();
        restore(snapshot);
    }

    @Test
    void aSecondSnapshotSendsOnlyWhatIsNew() throws IOException {
        create();
        Workspaces.write(source.resolve("more"), random.nextBytes(100_000));
        SnapshotInfo second = create();
        assertThat(second.bytesStored()).isLessThan(1 << 20);
        restore(second);
    }
}
