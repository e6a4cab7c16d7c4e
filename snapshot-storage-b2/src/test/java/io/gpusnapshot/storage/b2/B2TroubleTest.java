package io.gpusnapshot.storage.b2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gpusnapshot.CreateRequest;
import io.gpusnapshot.GPUSnapshotService;
import io.gpusnapshot.PruneRequest;
import io.gpusnapshot.RestoreRequest;
import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.error.SnapshotException;
import io.gpusnapshot.error.StorageRequestException;
import io.gpusnapshot.error.StorageUnavailableException;
import io.gpusnapshot.model.RetentionRule;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.storage.ListOptions;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.b2.emulator.Fault;
import io.gpusnapshot.storage.b2.emulator.FaultEffect;
import io.gpusnapshot.storage.b2.emulator.InjectedFault;
import io.gpusnapshot.storage.b2.emulator.Operation;
import io.gpusnapshot.testing.BackgroundCall;
import io.gpusnapshot.testing.FakeClock;
import io.gpusnapshot.testing.SeededRandom;
import io.gpusnapshot.testing.TreeListing;
import io.gpusnapshot.testing.Workspaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever goes wrong: a job succeeds where it can, else it fails with one clear error, and no half snapshot is seen. */
@Timeout(60)
class B2TroubleTest {
    private static final int WEIGHTS_BYTES = 6_000_000;

    /** A store that asks for this long is not waited for. */
    private static final Duration TOO_LONG = Duration.ofHours(1);

    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    private final FakeClock serverClock = new FakeClock(Instant.now());

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
        bucket = new EmulatedBucket(folder.resolve("bucket"), serverClock);
        open(Clock.systemUTC());
        source = Files.createDirectory(folder.resolve("source"));
        target = folder.resolve("target");
        Workspaces.write(source.resolve("weights.bin"), random.nextBytes(WEIGHTS_BYTES));
        Workspaces.write(source.resolve("note"), random.nextBytes(100));
    }

    private void open(Clock clock) throws IOException {
        store = EmulatedBucket.open(bucket.config(), bucket.credentials(), clock, Duration.ofHours(1));
        service = GPUSnapshotService.builder().storage(store).clock(clock).build();
    }

    @AfterEach
    void close() throws IOException {
        service.close();
        store.close();
        bucket.close();
    }

    private SnapshotId create() throws IOException {
        CreateRequest request =
                CreateRequest.builder().workspace(source).instanceId("gpu-1").build();
        return service.createSnapshot(request).id();
    }

    private void restore(SnapshotId snapshot) throws IOException {
        service.restoreSnapshot(RestoreRequest.of(snapshot, target));
        assertThat(TreeListing.of(target)).isEqualTo(TreeListing.of(source));
    }

    private InjectedFault inject(Fault fault) {
        return bucket.emulator.faults().inject(fault);
    }

    /** All is well again: nothing half is seen, and what failed succeeds. */
    private void recover() throws IOException {
        bucket.emulator.faults().clear();
        assertThat(store.list(ListOptions.ofPrefix("snapshots/")).objects()).isEmpty();
        restore(create());
    }

    static Stream<FaultEffect> passingEffects() {
        return Stream.of(
                FaultEffect.resetAfter(0),
                FaultEffect.closeAfter(20),
                FaultEffect.resetAfter(100),
                FaultEffect.dropReply(),
                FaultEffect.serviceUnavailable(),
                FaultEffect.fail(500, "internal_error"),
                FaultEffect.fail(502, "bad_gateway"),
                FaultEffect.fail(408, "request_timeout"),
                FaultEffect.tooManyRequests(Duration.ZERO),
                FaultEffect.expiredToken());
    }

    @ParameterizedTest
    @MethodSource("passingEffects")
    void whatHappensOnceToEveryCallStopsNoJob(FaultEffect effect) throws IOException {
        List<InjectedFault> faults = new ArrayList<>();
        for (Operation operation : Operation.values()) {
            if (operation != Operation.AUTHORIZE_ACCOUNT) {
                faults.add(inject(Fault.of(effect, operation).times(1)));
            }
        }
        SnapshotId snapshot = create();
        restore(snapshot);
        service.deleteSnapshot(snapshot);
        service.prune(PruneRequest.of(RetentionRule.KEEP_ALL).withGrace(Duration.ZERO));

        assertThat(service.latestSnapshot()).isEmpty();
        assertThat(faults).filteredOn(fault -> fault.hits() > 0).hasSizeGreaterThanOrEqualTo(9);
    }

    @ParameterizedTest
    @EnumSource(names = {"UPLOAD_PART", "UPLOAD_FILE", "START_LARGE_FILE", "FINISH_LARGE_FILE", "GET_UPLOAD_PART_URL"})
    void anAccountWhoseStorageIsCappedGetsNoHalfSnapshot(Operation operation) throws IOException {
        inject(Fault.of(FaultEffect.fail(403, "storage_cap_exceeded"), operation));
        assertThatExceptionOfType(StorageRequestException.class)
                .isThrownBy(this::create)
                .withMessageContaining("storage_cap_exceeded")
                .withMessageContaining("raise the account's caps");
        recover();
    }

    @ParameterizedTest
    @EnumSource(names = {"LIST_FILE_NAMES", "LIST_FILE_VERSIONS", "GET_UPLOAD_URL"})
    void anAccountThatMayCallNoMoreGetsNoHalfSnapshot(Operation operation) throws IOException {
        inject(Fault.of(FaultEffect.fail(403, "transaction_cap_exceeded"), operation));
        assertThatExceptionOfType(StorageRequestException.class)
                .isThrownBy(this::create)
                .withMessageContaining("transaction_cap_exceeded")
                .withMessageContaining("raise the account's caps");
        recover();
    }

    @Test
    void anAccountThatMayDownloadNoMoreIsToldSo() throws IOException {
        SnapshotId snapshot = create();
        InjectedFault capped = inject(Fault.of(FaultEffect.downloadCapExceeded(), Operation.DOWNLOAD_BY_NAME)
                .named("packs/"));
        assertThatExceptionOfType(StorageRequestException.class)
                .isThrownBy(() -> restore(snapshot))
                .withMessageContaining("download_cap_exceeded")
                .withMessageContaining("raise the account's caps");
        capped.lift();
        restore(snapshot);
    }

    @Test
    void aStormOfRefusalsIsSatOut() throws IOException {
        inject(Fault.of(FaultEffect.serviceUnavailable(), Operation.UPLOAD_FILE).times(5));
        InjectedFault storm = inject(Fault.of(FaultEffect.serviceUnavailable(), Operation.UPLOAD_PART)
                .times(6));
        SnapshotId snapshot = create();
        assertThat(storm.hits()).isEqualTo(6);
        inject(Fault.of(FaultEffect.serviceUnavailable(), Operation.DOWNLOAD_BY_NAME)
                .times(5));
        restore(snapshot);
    }

    @Test
    void aStoreThatStaysAwayIsReportedAsUnavailable() throws IOException {
        inject(Fault.of(FaultEffect.fail(503, "service_unavailable", TOO_LONG), Operation.UPLOAD_PART));
        assertThatExceptionOfType(StorageUnavailableException.class).isThrownBy(this::create);
        recover();
    }

    @ParameterizedTest
    @EnumSource(names = {"UPLOAD_PART", "FINISH_LARGE_FILE", "UPLOAD_FILE", "LIST_FILE_VERSIONS"})
    void tokensThatEndWhileACreateIsAtWorkAreRenewed(Operation operation) throws Exception {
        InjectedFault pause = inject(Fault.of(FaultEffect.hold(), operation).times(1));
        BackgroundCall create = BackgroundCall.start(this::create);
        pause.awaitHits(1);
        serverClock.advance(Duration.ofHours(25));
        pause.lift();
        create.join();
        restore(service.latestSnapshot().orElseThrow());
    }

    @Test
    void tokensThatEndWhileARestoreIsAtWorkAreRenewed() throws Exception {
        SnapshotId snapshot = create();
        InjectedFault pause = inject(Fault.of(FaultEffect.hold(), Operation.DOWNLOAD_BY_NAME)
                .named("packs/")
                .times(1));
        BackgroundCall restore = BackgroundCall.start(() -> restore(snapshot));
        pause.awaitHits(1);
        serverClock.advance(Duration.ofHours(25));
        pause.lift();
        restore.join();
    }

    @ParameterizedTest
    @EnumSource(ClockError.class)
    void aClockThatIsWrongStopsNoJob(ClockError error) throws IOException {
        service.close();
        store.close();
        open(Clock.offset(Clock.systemUTC(), error.offset));
        restore(create());
    }

    private enum ClockError {
        SLOW(Duration.ofDays(-3)),
        FAST(Duration.ofDays(3));

        private final Duration offset;

        ClockError(Duration offset) {
            this.offset = offset;
        }
    }

    @Test
    void aManifestThatIsNotWhatWasStoredIsFoundOut() throws IOException {
        SnapshotId snapshot = create();
        InjectedFault lie = inject(
                Fault.of(FaultEffect.flipByte(60), Operation.DOWNLOAD_BY_NAME).named("snapshots/"));
        assertThatExceptionOfType(SnapshotException.class)
                .isThrownBy(() -> restore(snapshot))
                .isInstanceOf(DataIntegrityException.class);
        assertThat(target).doesNotExist();
        lie.lift();
        restore(snapshot);
    }

    @Test
    void aServerThatAcceptsAndNeverAnswersIsGivenUp() throws IOException {
        restore(create());
        for (Operation silent : List.of(Operation.LIST_FILE_NAMES, Operation.DOWNLOAD_BY_NAME)) {
            InjectedFault fault = inject(Fault.of(FaultEffect.hold(), silent));
            try (StorageProvider impatient = EmulatedBucket.open(
                            bucket.config(), bucket.credentials(), Clock.systemUTC(), Duration.ofMillis(50));
                    GPUSnapshotService other =
                            GPUSnapshotService.builder().storage(impatient).build()) {
                assertThatExceptionOfType(StorageUnavailableException.class)
                        .as(silent.name())
                        .isThrownBy(() -> other.listSnapshots(Optional.empty(), 10));
            }
            fault.lift();
        }
    }
}
