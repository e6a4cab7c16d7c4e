package io.gpusnapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.gpusnapshot.internal.format.ChunkId;
import io.gpusnapshot.internal.format.StoredChunk;
import io.gpusnapshot.model.RestoreInfo;
import io.gpusnapshot.model.RestoreVerification;
import io.gpusnapshot.model.RetentionRule;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.model.SnapshotInfo;
import io.gpusnapshot.model.SyncPolicy;
import io.gpusnapshot.model.VerifyDepth;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.memory.MemoryStorageProvider;
import io.gpusnapshot.testing.FakeClock;
import io.gpusnapshot.testing.SeededRandom;
import io.gpusnapshot.testing.TreeListing;
import io.gpusnapshot.testing.Workspaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Chunks that are stored as differences to the parent's: what that saves, and that nothing is lost by it. */
class DeltaTest {
    private static final int CHUNK = ServiceFixture.CHUNK_BYTES;

    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    private final FakeClock clock = new FakeClock(Instant.parse("2031-03-05T12:00:00Z"));
    private final StorageProvider store = new MemoryStorageProvider(clock);
    private final Checkpoints checkpoints;
    private Path source;
    private Path weights;
    private Path targets;

    DeltaTest() throws IOException {
        checkpoints = new Checkpoints(store, clock, random);
    }

    @BeforeEach
    void init(@TempDir Path directory) throws IOException {
        source = directory.resolve("source");
        weights = source.resolve("weights.bin");
        targets = Files.createDirectory(directory.resolve("targets"));
        checkpoints.init(weights);
        Workspaces.write(source.resolve("config.json"), random.nextBytes(50));
    }

    @AfterEach
    void close() throws IOException {
        checkpoints.close();
    }

    private SnapshotInfo createLater() throws IOException {
        clock.advance(Duration.ofHours(1));
        return checkpoints.create(source);
    }

    private SnapshotInfo trainAndCreate() throws IOException {
        checkpoints.train(weights);
        return createLater();
    }

    private void assertComesBack(SnapshotId snapshot, Object expected) throws IOException {
        Path target = Files.createTempDirectory(targets, "target");
        checkpoints.fixture.restoreUnsynced(snapshot, target);
        assertThat(TreeListing.of(target)).isEqualTo(expected);
    }

    private void assertSound(SnapshotId snapshot) throws IOException {
        assertThat(checkpoints
                        .fixture
                        .service
                        .verifySnapshot(snapshot, VerifyDepth.DATA)
                        .problems())
                .isEmpty();
    }

    @Test
    void aLaterCheckpointTakesAFractionAndComesBack() throws IOException {
        SnapshotInfo first = checkpoints.create(source);
        SnapshotInfo second = trainAndCreate();

        assertThat(second.bytesStored()).isLessThan(first.bytesStored() / 4);
        assertThat(second.bytesFetched()).isEqualTo(Checkpoints.BYTES);
        assertThat(Checkpoints.differences(store, second.id())).hasSize(5);
        assertSound(second.id());
        assertComesBack(second.id(), TreeListing.of(source));
        assertThat(checkpoints.fixture.warnings()).isEmpty();
    }

    @Test
    void nothingIsFetchedUnlessAskedFor() throws IOException {
        checkpoints.create(source);
        checkpoints.train(weights);
        clock.advance(Duration.ofHours(1));
        SnapshotInfo second = checkpoints.fixture.service.createSnapshot(
                checkpoints.request(source).delta(false).build());

        assertThat(second.bytesFetched()).isZero();
        assertThat(Checkpoints.differences(store, second.id())).isEmpty();
    }

    @Test
    void everySnapshotOfALineComesBackThroughOneStepAtMost() throws IOException {
        List<SnapshotId> line =
                new ArrayList<>(List.of(checkpoints.create(source).id()));
        List<Object> states = new ArrayList<>(List.of(TreeListing.of(source)));
        for (int i = 0; i < 5; i++) {
            line.add(trainAndCreate().id());
            states.add(TreeListing.of(source));
        }
        Set<ChunkId> whole = ids(Checkpoints.chunks(store, line.get(0)));
        for (int i = 0; i < line.size(); i++) {
            assertSound(line.get(i));
            assertComesBack(line.get(i), states.get(i));
            assertThat(whole).containsAll(ids(Checkpoints.bases(store, line.get(i))));
        }
    }

    private static Set<ChunkId> ids(List<StoredChunk> chunks) {
        return chunks.stream().map(StoredChunk::id).collect(Collectors.toCollection(HashSet::new));
    }

    @Test
    void aDriftThatHasBecomeLargeIsStoredWholeAndServesAsTheNextBase() throws IOException {
        checkpoints.create(source);
        trainAndCreate();
        Workspaces.write(weights, random.nextBytes(Checkpoints.BYTES));
        SnapshotInfo whole = createLater();
        SnapshotInfo next = trainAndCreate();

        assertThat(Checkpoints.differences(store, whole.id())).isEmpty();
        assertThat(ids(Checkpoints.chunks(store, whole.id()))).containsAll(ids(Checkpoints.bases(store, next.id())));
        assertThat(Checkpoints.differences(store, next.id())).isNotEmpty();
        assertComesBack(next.id(), TreeListing.of(source));
    }

    @Test
    void whereNothingPaysLittleIsFetched() throws IOException {
        Workspaces.write(weights, random.nextBytes(64 * CHUNK));
        checkpoints.create(source);
        Workspaces.write(weights, random.nextBytes(64 * CHUNK));
        SnapshotInfo second = createLater();

        assertThat(second.bytesFetched()).isBetween(1L, 32L * CHUNK);
        assertThat(Checkpoints.differences(store, second.id())).isEmpty();
    }

    @Test
    void aChunkThatIsKnownBringsItsBaseAlong() throws IOException {
        checkpoints.create(source);
        checkpoints.train(weights);
        Path copy = Files.copy(weights, source.resolve("weights.copy"));
        SnapshotInfo second = createLater();
        Files.delete(weights);
        Files.setLastModifiedTime(copy, FileTime.from(clock.instant()));
        SnapshotInfo third = createLater();

        assertThat(ids(Checkpoints.differences(store, third.id())))
                .isEqualTo(ids(Checkpoints.differences(store, second.id())))
                .isNotEmpty();
        assertThat(Checkpoints.bases(store, third.id())).hasSize(5);
        assertComesBack(third.id(), TreeListing.of(source));
    }

    @Test
    void aChunkOfAnotherLengthIsNoBase() throws IOException {
        checkpoints.create(source);
        checkpoints.train(weights);
        byte[] content = Files.readAllBytes(weights);
        Files.write(weights, Arrays.copyOf(content, content.length + 1));
        SnapshotInfo second = createLater();

        assertThat(Checkpoints.differences(store, second.id())).hasSize(4);
        assertComesBack(second.id(), TreeListing.of(source));
    }

    @Test
    void theParentMayBeDeletedAndPruned() throws IOException {
        checkpoints.create(source);
        trainAndCreate();
        SnapshotInfo last = trainAndCreate();
        clock.advance(Duration.ofDays(10));
        checkpoints.fixture.service.prune(new PruneRequest(new RetentionRule(1, 0, 0, 0), Duration.ofHours(1), false));

        assertThat(checkpoints.fixture.service.latestSnapshot()).contains(last.id());
        assertThat(StoredObjects.keys(store, StoredObjects.SNAPSHOTS)).hasSize(1);
        assertThat(StoredObjects.keys(store, StoredObjects.PACKS))
                .as("the first, with the bases, and the last, with the differences")
                .hasSize(2);
        assertSound(last.id());
        assertComesBack(last.id(), TreeListing.of(source));
    }

    @ParameterizedTest
    @EnumSource(RestoreVerification.class)
    void aHostThatHasTheBaseFetchesTheDifferenceAlone(RestoreVerification verification) throws IOException {
        SnapshotInfo first = checkpoints.create(source);
        SnapshotInfo second = trainAndCreate();
        Path target = targets.resolve("host");
        checkpoints.fixture.restoreUnsynced(first.id(), target);
        RestoreInfo update = checkpoints.fixture.service.restoreSnapshot(RestoreRequest.builder(second.id(), target)
                .verification(verification)
                .sync(SyncPolicy.NONE)
                .build());

        assertThat(update.bytesFetched()).isLessThan(Checkpoints.BYTES / 4);
        assertThat(TreeListing.of(target)).isEqualTo(TreeListing.of(source));
    }

    @ParameterizedTest
    @EnumSource(RestoreVerification.class)
    void onePathIsRestoredWithItsBases(RestoreVerification verification) throws IOException {
        checkpoints.create(source);
        SnapshotInfo second = trainAndCreate();
        Path target = targets.resolve("part");
        checkpoints.fixture.service.restoreSnapshot(RestoreRequest.builder(second.id(), target)
                .only("weights.bin")
                .verification(verification)
                .sync(SyncPolicy.NONE)
                .build());

        assertThat(target.resolve("weights.bin")).hasSameBinaryContentAs(weights);
        assertThat(target.resolve("config.json")).doesNotExist();
    }

    @Test
    void differencesNeedACodec() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> checkpoints.request(source).codec("none").build())
                .withMessageContaining("codec is none");
    }

    @Test
    void withoutRoomForBasesEverythingIsStoredWhole() throws IOException {
        Workspaces.write(weights, random.nextBytes(5 << 20));
        try (GPUSnapshotService small = GPUSnapshotService.builder()
                .storage(store)
                .codecs(Checkpoints.CODECS)
                .memoryBytes(64 << 20)
                .build()) {
            CreateRequest request =
                    checkpoints.request(source).chunkBytes(16 << 20).build();
            small.createSnapshot(request);
            checkpoints.train(weights);
            SnapshotInfo second = small.createSnapshot(request);
            assertThat(second.warnings()).singleElement().asString().contains("memory has no room");
            assertThat(Checkpoints.differences(store, second.id())).isEmpty();
        }
    }
}
