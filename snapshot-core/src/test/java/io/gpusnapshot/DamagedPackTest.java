package io.gpusnapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gpusnapshot.error.SnapshotException;
import io.gpusnapshot.model.RawPath;
import io.gpusnapshot.model.SnapshotEvent;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.model.VerifyDepth;
import io.gpusnapshot.model.VerifyReport;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.memory.MemoryStorageProvider;
import io.gpusnapshot.testing.SeededRandom;
import io.gpusnapshot.testing.Workspaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Damage to a pack costs the files that have data there, and no other; a verification finds the same. */
class DamagedPackTest {
    private static final int CHUNK = ServiceFixture.CHUNK_BYTES;
    private static final Set<String> SMALL = Set.of("small/1", "small/2", "small/3");

    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    private final StorageProvider store = new MemoryStorageProvider(Clock.systemUTC());
    private final ServiceFixture fixture;
    /** Which files have data where in the pack: chunks are stored as they are, in walk order. */
    private final List<Region> regions = new ArrayList<>();

    private Path source;
    private Path targets;
    private SnapshotId snapshot;
    private String pack;
    private byte[] sound;

    private record Region(int start, int end, Set<String> files) {
        boolean covers(int position) {
            return position >= start && position < end;
        }
    }

    DamagedPackTest() throws IOException {
        fixture = new ServiceFixture(store);
    }

    @BeforeEach
    void create(@TempDir Path directory) throws IOException {
        source = directory.resolve("source");
        targets = Files.createDirectory(directory.resolve("targets"));
        byte[] content = random.nextBytes(2 * CHUNK + 100);
        Workspaces.write(source.resolve("copied"), content);
        Workspaces.write(source.resolve("large"), random.nextBytes(2 * CHUNK));
        for (String name : SMALL) {
            Workspaces.write(source.resolve(name), random.nextBytes(50));
        }
        Workspaces.write(source.resolve("zz/copy"), content);
        Workspaces.write(source.resolve("zz/empty"), new byte[0]);
        addRegion(2 * CHUNK + 100, Set.of("copied", "zz/copy"));
        addRegion(2 * CHUNK, Set.of("large"));
        addRegion(150, SMALL);
        snapshot = fixture.create(source).id();
        pack = "packs/" + snapshot + "/000000.pack";
        sound = StoredObjects.read(store, pack);
    }

    private void addRegion(int length, Set<String> files) {
        int start = regions.isEmpty() ? 0 : regions.get(regions.size() - 1).end();
        regions.add(new Region(start, start + length, files));
    }

    @AfterEach
    void close() throws IOException {
        fixture.close();
    }

    private Set<String> filesAt(int position) {
        return regions.stream()
                .filter(region -> region.covers(position))
                .flatMap(region -> region.files().stream())
                .collect(Collectors.toSet());
    }

    private Set<String> allWithData() {
        return regions.stream().flatMap(region -> region.files().stream()).collect(Collectors.toSet());
    }

    private Set<Integer> sampledPositions() {
        Set<Integer> positions = new TreeSet<>(Set.of(0, sound.length - 1));
        for (Region region : regions) {
            positions.add(region.start());
            positions.add(region.end() - 1);
            positions.add(region.end());
            positions.add(random.nextInt(region.start(), region.end()));
        }
        return positions;
    }

    private void assertRestoresAllBut(Set<String> lost) throws IOException {
        Path target = Files.createTempDirectory(targets, "target");
        fixture.events.clear();
        ThrowingCallable restore = () -> fixture.restoreUnsynced(snapshot, target);
        if (lost.isEmpty()) {
            fixture.restoreUnsynced(snapshot, target);
        } else {
            assertThatExceptionOfType(SnapshotException.class)
                    .isThrownBy(restore)
                    .withMessageContainingAll(lost.toArray(String[]::new));
        }
        assertThat(warnedPaths()).isEqualTo(lost);
        assertThat(filesOf(target)).isEqualTo(difference(filesOf(source), lost));
    }

    private Set<String> warnedPaths() {
        return fixture.events.stream()
                .filter(SnapshotEvent.Warned.class::isInstance)
                .map(event -> ((SnapshotEvent.Warned) event).warning().path())
                .collect(Collectors.toSet());
    }

    /** Names of files that are as in the source. */
    private Set<String> filesOf(Path root) throws IOException {
        Set<String> names = new TreeSet<>();
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path file : paths.filter(Files::isRegularFile).toList()) {
                Path name = root.relativize(file);
                if (!file.getFileName().toString().startsWith(".gpusnapshot-")) {
                    assertThat(file).hasSameBinaryContentAs(source.resolve(name));
                    names.add(name.toString());
                }
            }
        }
        return names;
    }

    private static Set<String> difference(Set<String> all, Set<String> without) {
        Set<String> rest = new TreeSet<>(all);
        rest.removeAll(without);
        return rest;
    }

    private void assertVerifyFinds(VerifyDepth depth, Set<String> lost) throws IOException {
        VerifyReport report = fixture.service.verifySnapshot(snapshot, depth);
        assertThat(report.damagedFiles().stream().map(RawPath::toString)).containsExactlyInAnyOrderElementsOf(lost);
        if (!lost.isEmpty()) {
            assertThat(report.problems())
                    .isNotEmpty()
                    .allMatch(problem -> problem.path().equals(pack));
        }
    }

    @Test
    void aMissingPackCostsEveryFileThatHasData() throws IOException {
        StoredObjects.delete(store, pack);
        assertVerifyFinds(VerifyDepth.MANIFEST, Set.of());
        assertVerifyFinds(VerifyDepth.PRESENCE, allWithData());
        assertVerifyFinds(VerifyDepth.DATA, allWithData());
        assertRestoresAllBut(allWithData());
    }

    @Test
    void aFlippedByteCostsTheFilesThatHaveItsChunk() throws IOException {
        for (int position : sampledPositions()) {
            StoredObjects.replace(store, pack, sound);
            StoredObjects.flip(store, pack, position, 1 + random.nextInt(255));
            assertVerifyFinds(VerifyDepth.PRESENCE, Set.of());
            assertVerifyFinds(VerifyDepth.DATA, filesAt(position));
            assertRestoresAllBut(filesAt(position));
        }
    }

    @Test
    void damageOutsideOfChunksHarmsNoRestoreButIsReported() throws IOException {
        int footer = regions.get(regions.size() - 1).end();
        for (int position : new int[] {footer, random.nextInt(footer, sound.length), sound.length - 1}) {
            StoredObjects.replace(store, pack, sound);
            StoredObjects.flip(store, pack, position, 1 + random.nextInt(255));
            assertThat(fixture.service
                            .verifySnapshot(snapshot, VerifyDepth.DATA)
                            .isSound())
                    .as("position %d", position)
                    .isFalse();
            assertRestoresAllBut(Set.of());
        }
    }

    @Test
    void aTruncatedPackIsReportedAsLost() throws IOException {
        StoredObjects.truncate(store, pack, random.nextInt(sound.length));
        assertVerifyFinds(VerifyDepth.PRESENCE, allWithData());
        assertVerifyFinds(VerifyDepth.DATA, allWithData());
    }

    @Test
    void aRestoreFromATruncatedPackNamesEveryFileThatItCouldNotFinish() throws IOException {
        StoredObjects.truncate(store, pack, regions.get(1).end() - 1);
        Path target = targets.resolve("target");
        assertThatExceptionOfType(SnapshotException.class)
                .isThrownBy(() -> fixture.restoreUnsynced(snapshot, target))
                .withMessageContainingAll("large", "small/1", "small/2", "small/3");
        assertThat(filesOf(target)).isEqualTo(difference(filesOf(source), warnedPaths()));
    }

    @Test
    void aSoundPackHasNoProblems() throws IOException {
        for (VerifyDepth depth : VerifyDepth.values()) {
            assertThat(fixture.service.verifySnapshot(snapshot, depth).problems())
                    .isEmpty();
        }
        assertRestoresAllBut(Set.of());
    }
}
