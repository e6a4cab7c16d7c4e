package io.gpusnapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.error.StorageAccessException;
import io.gpusnapshot.model.PruneReport;
import io.gpusnapshot.model.RetentionRule;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.model.SnapshotInfo;
import io.gpusnapshot.model.SnapshotSummary;
import io.gpusnapshot.model.VerifyDepth;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.memory.MemoryStorageProvider;
import io.gpusnapshot.testing.FakeClock;
import io.gpusnapshot.testing.FaultyStorageProvider;
import io.gpusnapshot.testing.FaultyStorageProvider.Operation;
import io.gpusnapshot.testing.SeededRandom;
import io.gpusnapshot.testing.Workspaces;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What a prune deletes, and what it must never delete. */
class PruneTest {
    private static final Duration DAY = Duration.ofDays(1);

    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    private final FakeClock clock = new FakeClock(Instant.parse("2031-03-05T12:00:00Z"));
    private final StorageProvider store = new MemoryStorageProvider(clock);
    private final ServiceFixture fixture;
    private Path source;

    PruneTest() throws IOException {
        fixture = new ServiceFixture(store, clock);
    }

    @BeforeEach
    void fill(@TempDir Path directory) throws IOException {
        source = directory.resolve("source");
        Workspaces.write(source.resolve("kept"), random.nextBytes(2 * ServiceFixture.CHUNK_BYTES));
    }

    @AfterEach
    void close() throws IOException {
        fixture.close();
    }

    /** A snapshot with a pack of its own that shares a file with those before it. */
    private SnapshotInfo create() throws IOException {
        return create("gpu-1");
    }

    private SnapshotInfo create(String instance) throws IOException {
        Workspaces.write(source.resolve("changing"), random.nextBytes(ServiceFixture.CHUNK_BYTES));
        clock.advance(Duration.ofHours(1));
        return fixture.service.createSnapshot(
                fixture.request(source).instanceId(instance).build());
    }

    private PruneReport prune(RetentionRule rule) throws IOException {
        return fixture.service.prune(PruneRequest.of(rule));
    }

    private List<SnapshotId> listed() throws IOException {
        return fixture.service.listSnapshots(Optional.empty(), 100).snapshots().stream()
                .map(SnapshotSummary::id)
                .toList();
    }

    private List<String> packs() throws IOException {
        return StoredObjects.keys(store, StoredObjects.PACKS);
    }

    private static String pack(SnapshotInfo creator) {
        return "packs/" + creator.id() + "/000000.pack";
    }

    private void assertSound(SnapshotInfo snapshot) throws IOException {
        assertThat(fixture.service
                        .verifySnapshot(snapshot.id(), VerifyDepth.DATA)
                        .problems())
                .isEmpty();
    }

    @Test
    void theNewestAreKeptWithEveryPackTheyNeed() throws IOException {
        SnapshotInfo first = create();
        SnapshotInfo second = create();
        SnapshotInfo third = create();
        clock.advance(DAY.multipliedBy(2));
        PruneReport report = prune(RetentionRule.ofLast(1));
        assertThat(report.snapshots()).containsExactly(first.id(), second.id());
        assertThat(listed()).containsExactly(third.id());
        assertThat(packs()).as("the first pack has the shared file").containsExactly(pack(first), pack(third));
        assertThat(report.packs()).isEqualTo(1);
        assertSound(third);
    }

    @Test
    void theBytesReportedAreThoseThatDisappear() throws IOException {
        create();
        SnapshotInfo second = create();
        create();
        long size = StoredObjects.read(store, pack(second)).length;
        clock.advance(DAY.multipliedBy(2));
        assertThat(prune(RetentionRule.ofLast(1)).bytes()).isEqualTo(size);
    }

    @Test
    void aDryRunSaysTheSameAndChangesNothing() throws IOException {
        create();
        create();
        create();
        clock.advance(DAY.multipliedBy(2));
        List<String> before = StoredObjects.keys(store, "");
        PruneRequest request = PruneRequest.of(RetentionRule.ofLast(1));
        PruneReport dry = fixture.service.prune(request.withDryRun(true));
        assertThat(StoredObjects.keys(store, "")).isEqualTo(before);
        assertThat(dry.dryRun()).isTrue();
        PruneReport wet = fixture.service.prune(request);
        assertThat(wet.snapshots()).isEqualTo(dry.snapshots());
        assertThat(wet.packs()).isEqualTo(dry.packs());
        assertThat(wet.bytes()).isEqualTo(dry.bytes());
    }

    @Test
    void everyInstanceHasItsOwnNewest() throws IOException {
        create("gpu-1");
        SnapshotInfo one = create("gpu-1");
        create("gpu-2");
        SnapshotInfo two = create("gpu-2");
        prune(RetentionRule.ofLast(1));
        assertThat(listed()).containsExactly(two.id(), one.id());
    }

    @Test
    void ofEachDayTheLastIsKept() throws IOException {
        List<SnapshotId> lastOfDay = new ArrayList<>();
        for (int day = 0; day < 4; day++) {
            create();
            lastOfDay.add(0, create().id());
            clock.advance(DAY);
        }
        prune(new RetentionRule(0, 3, 0, 0));
        assertThat(listed()).isEqualTo(lastOfDay.subList(0, 3));
    }

    @Test
    void aRuleOfZerosKeepsEverySnapshot() throws IOException {
        create();
        create();
        clock.advance(DAY.multipliedBy(2));
        assertThat(prune(RetentionRule.KEEP_ALL).snapshots()).isEmpty();
        assertThat(listed()).hasSize(2);
    }

    @Test
    void packsOfDeletedSnapshotsGoAfterTheGraceTime() throws IOException {
        fixture.service.deleteSnapshot(create().id());
        clock.advance(PruneRequest.DEFAULT_GRACE);
        assertThat(prune(RetentionRule.KEEP_ALL).packs()).isZero();
        assertThat(packs()).hasSize(1);
        clock.advance(Duration.ofNanos(1));
        assertThat(prune(RetentionRule.KEEP_ALL).packs()).isEqualTo(1);
        assertThat(packs()).isEmpty();
    }

    @Test
    void aPackOfACreateUnderWayIsLeftAlone() throws IOException {
        fixture.service.deleteSnapshot(create().id());
        String creator = packs().get(0).split("/")[1];
        putLease(new SnapshotId(creator), Optional.empty());
        clock.advance(Duration.ofMinutes(30));
        PruneRequest atOnce = PruneRequest.of(RetentionRule.KEEP_ALL).withGrace(Duration.ZERO);
        assertThat(fixture.service.prune(atOnce).packs()).isZero();
        clock.advance(Duration.ofSeconds(1));
        assertThat(fixture.service.prune(atOnce).packs()).isEqualTo(1);
        assertThat(StoredObjects.keys(store, StoredObjects.LEASES))
                .as("abandoned leases")
                .isEmpty();
    }

    private void putLease(SnapshotId snapshot, Optional<SnapshotId> parent) throws IOException {
        String text = "{\"snapshot\":\"" + snapshot + "\","
                + parent.map(id -> "\"parent\":\"" + id + "\",").orElse("") + "\"renewedAt\":\"" + clock.instant()
                + "\"}\n";
        StoredObjects.replace(store, "leases/" + snapshot + ".lease", text.getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void theParentOfACreateUnderWayIsKept() throws IOException {
        SnapshotInfo first = create();
        SnapshotInfo second = create();
        putLease(new SnapshotId("20310305T120000Z-gpu-1-aaaaaaaa"), Optional.of(first.id()));
        assertThat(prune(RetentionRule.ofLast(1)).snapshots()).isEmpty();
        assertThat(listed()).containsExactly(second.id(), first.id());
    }

    @Test
    void whatIsNotOursIsLeftAlone() throws IOException {
        SnapshotInfo deleted = create();
        fixture.service.deleteSnapshot(deleted.id());
        List<String> foreign = List.of(
                "README.md",
                "packs/" + deleted.id() + "/notes.txt",
                "packs/" + deleted.id() + "/000000.pack.bak",
                "packs/loose.pack",
                "packs/of-somebody-else/000000.pack",
                "snapshots/readme.txt",
                "leases/readme.txt");
        for (String key : foreign) {
            StoredObjects.replace(store, key, random.nextBytes(10));
        }
        clock.advance(DAY.multipliedBy(2));
        prune(RetentionRule.ofLast(1));
        assertThat(StoredObjects.keys(store, "")).containsAll(foreign).doesNotContain(pack(deleted));
    }

    @Test
    void nothingIsDeletedWhileAnyManifestCannotBeRead() throws IOException {
        create();
        SnapshotInfo damaged = create();
        create();
        StoredObjects.truncate(store, "snapshots/" + damaged.id() + ".manifest", 300);
        clock.advance(DAY.multipliedBy(2));
        List<String> before = StoredObjects.keys(store, "");
        assertThatExceptionOfType(DataIntegrityException.class).isThrownBy(() -> prune(RetentionRule.ofLast(1)));
        assertThat(StoredObjects.keys(store, "")).isEqualTo(before);
    }

    @Test
    void aPruneThatFailsAtAnyCallHarmsNoSnapshotAndCanBeRepeated() throws IOException {
        create();
        create();
        SnapshotInfo newest = create();
        clock.advance(DAY.multipliedBy(2));
        long calls = pruneCopy(Long.MAX_VALUE, newest);
        for (long n = 1; n <= calls; n++) {
            pruneCopy(n, newest);
        }
    }

    private long pruneCopy(long faultAt, SnapshotInfo newest) throws IOException {
        StorageProvider copy = new MemoryStorageProvider(clock);
        StoredObjects.copy(store, copy);
        clock.advance(DAY.multipliedBy(2));
        FaultyStorageProvider faulty = new FaultyStorageProvider(copy);
        faulty.failFrom(faultAt, () -> new StorageAccessException("faulty", "any", "Denied as planned", null));
        try (ServiceFixture failing = new ServiceFixture(faulty, clock)) {
            failing.service.prune(PruneRequest.of(RetentionRule.ofLast(1)));
        } catch (StorageAccessException planned) {
            assertThat(faulty.calls()).isGreaterThanOrEqualTo(faultAt);
        }
        try (ServiceFixture sound = new ServiceFixture(copy, clock)) {
            for (SnapshotSummary listed :
                    sound.service.listSnapshots(Optional.empty(), 10).snapshots()) {
                assertThat(sound.service
                                .verifySnapshot(listed.id(), VerifyDepth.DATA)
                                .isSound())
                        .isTrue();
            }
            sound.service.prune(PruneRequest.of(RetentionRule.ofLast(1)));
            assertThat(sound.service.latestSnapshot()).contains(newest.id());
        }
        assertThat(StoredObjects.keys(copy, StoredObjects.PACKS)).hasSize(2);
        return faulty.calls();
    }

    @Test
    void manifestsAreDeletedBeforeAnyPack() throws IOException {
        create();
        create();
        create();
        clock.advance(DAY.multipliedBy(2));
        List<String> deleted = new ArrayList<>();
        ObservedStorage observed = new ObservedStorage(store);
        observed.observe((operation, key) -> {
            if (operation == Operation.DELETE) {
                deleted.add(key.substring(0, key.indexOf('/')));
            }
        });
        try (ServiceFixture pruning = new ServiceFixture(observed, clock)) {
            pruning.service.prune(PruneRequest.of(RetentionRule.ofLast(1)));
        }
        assertThat(deleted).containsExactly("snapshots", "snapshots", "packs");
    }
}
