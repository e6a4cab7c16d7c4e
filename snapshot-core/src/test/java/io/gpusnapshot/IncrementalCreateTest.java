package io.gpusnapshot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gpusnapshot.CreateRequest.ParentChoice;
import io.gpusnapshot.error.SnapshotException;
import io.gpusnapshot.error.SnapshotNotFoundException;
import io.gpusnapshot.model.RawPath;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.model.SnapshotInfo;
import io.gpusnapshot.model.VerifyDepth;
import io.gpusnapshot.storage.memory.MemoryStorageProvider;
import io.gpusnapshot.testing.FakeClock;
import io.gpusnapshot.testing.SeededRandom;
import io.gpusnapshot.testing.TreeListing;
import io.gpusnapshot.testing.Workspaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What a create reads and stores when there is a snapshot to build upon. */
class IncrementalCreateTest {
    private static final int CHUNK = ServiceFixture.CHUNK_BYTES;

    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    /** A day ahead, so that every file was changed long ago. */
    private final FakeClock clock = new FakeClock(Instant.now().plus(Duration.ofDays(1)));

    private ServiceFixture fixture;
    private Path source;
    private Path targets;

    @BeforeEach
    void open(@TempDir Path directory) throws IOException {
        fixture = new ServiceFixture(new MemoryStorageProvider(clock), clock);
        source = Files.createDirectory(directory.resolve("source"));
        targets = Files.createDirectory(directory.resolve("targets"));
    }

    @AfterEach
    void close() throws IOException {
        fixture.close();
    }

    private SnapshotInfo create() throws IOException {
        return create(new ParentChoice.Newest());
    }

    private SnapshotInfo create(ParentChoice parent) throws IOException {
        clock.advance(Duration.ofMinutes(1));
        return fixture.service.createSnapshot(
                fixture.request(source).parent(parent).build());
    }

    private void assertRestores(SnapshotInfo snapshot) throws IOException {
        Path target = targets.resolve(snapshot.id().value());
        fixture.restoreUnsynced(snapshot.id(), target);
        assertThat(TreeListing.of(target)).isEqualTo(TreeListing.of(source));
    }

    private Path write(String name, int length) throws IOException {
        return Workspaces.write(source.resolve(name), random.nextBytes(length));
    }

    private static long newBytes(SnapshotInfo snapshot) {
        return snapshot.summary().totals().newStoredBytes();
    }

    @Test
    void whatHasNotChangedIsNeitherReadNorStored() throws IOException {
        Workspaces.mixed(source, random);
        SnapshotInfo first = create();
        SnapshotInfo second = create();
        assertThat(second.bytesRead()).isZero();
        assertThat(newBytes(second)).isZero();
        assertThat(second.bytesReused()).isEqualTo(first.summary().totals().bytes());
        // The second name of a file with two is no file of its own.
        assertThat(second.filesUnchanged()).isEqualTo(first.summary().totals().files() - 1);
        assertThat(second.summary().parent()).contains(first.id());
        assertRestores(second);
    }

    @Test
    void aChangeBehindTheSameSizeTimeAndInodeIsSeen() throws IOException {
        Path file = write("file", 100);
        create();
        FileTime modified = Files.getLastModifiedTime(file);
        Object statusChanged = Files.getAttribute(file, "unix:ctime");
        byte[] content = random.nextBytes(100);
        // The kernel's clock ticks every few milliseconds; two changes within one tick look like one.
        while (Files.getAttribute(file, "unix:ctime").equals(statusChanged)) {
            Files.write(file, content, StandardOpenOption.WRITE);
            Files.setLastModifiedTime(file, modified);
        }
        SnapshotInfo second = create();
        assertThat(second.filesUnchanged()).isZero();
        assertRestores(second);
    }

    @Test
    void aFileChangedWithinATickOfItsSnapshotIsReadAgain() throws IOException {
        Path file = write("file", 100);
        Instant changed = ((FileTime) Files.getAttribute(file, "unix:ctime")).toInstant();
        clock.set(changed.plusMillis(50).minusSeconds(60));
        create();
        assertThat(create().filesUnchanged()).isZero();
        assertThat(create().filesUnchanged()).isEqualTo(1);
    }

    @Test
    void aFileThatHasGrownStoresItsTailOnly() throws IOException {
        Path file = write("log", 10 * CHUNK);
        create();
        Files.write(file, random.nextBytes(CHUNK / 2), StandardOpenOption.APPEND);
        SnapshotInfo second = create();
        assertThat(newBytes(second)).isEqualTo(CHUNK / 2);
        assertThat(second.bytesReused()).isEqualTo(10 * CHUNK);
        Files.write(file, random.nextBytes(CHUNK), StandardOpenOption.APPEND);
        SnapshotInfo third = create();
        assertThat(newBytes(third)).isEqualTo(CHUNK + CHUNK / 2);
        assertRestores(third);
    }

    @Test
    void aBlockChangedInTheMiddleStoresOneChunk() throws IOException {
        Path file = write("database", 10 * CHUNK + 1);
        create();
        byte[] content = Files.readAllBytes(file);
        content[5 * CHUNK + 7] ^= 1;
        Files.write(file, content);
        SnapshotInfo second = create();
        assertThat(newBytes(second)).isEqualTo(CHUNK);
        assertRestores(second);
    }

    @Test
    void copiesWithinOneSnapshotAreStoredOnce() throws IOException {
        byte[] content = random.nextBytes(5 * CHUNK + 100);
        for (int i = 0; i < 4; i++) {
            Workspaces.write(source.resolve("copy" + i), content);
        }
        SnapshotInfo snapshot = create();
        assertThat(newBytes(snapshot)).isEqualTo(content.length);
        assertThat(snapshot.bytesReused()).isEqualTo(3L * content.length);
        assertRestores(snapshot);
    }

    @Test
    void manySmallFilesOfTheSameContentComeBack() throws IOException {
        for (int i = 0; i < 300; i++) {
            Workspaces.write(source.resolve("d" + i % 7 + "/f" + i), "all the same".getBytes(UTF_8));
        }
        assertRestores(create());
        assertRestores(create());
    }

    @Test
    void aRenamedFileStoresNothing() throws IOException {
        Path file = write("before", 3 * CHUNK);
        create();
        Files.move(file, source.resolve("after"));
        SnapshotInfo second = create();
        assertThat(newBytes(second)).isZero();
        assertRestores(second);
    }

    @Test
    void aTouchedFileIsReadButNotStored() throws IOException {
        Path file = write("file", 3 * CHUNK);
        create();
        Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(1_000_000_000, 123_000_000)));
        SnapshotInfo second = create();
        assertThat(second.bytesRead()).isEqualTo(3 * CHUNK);
        assertThat(newBytes(second)).isZero();
        assertRestores(second);
    }

    @Test
    void aFileReplacedByADirectoryAndTheReverseComeBack() throws IOException {
        write("a", 100);
        write("b/inside", 100);
        create();
        Files.delete(source.resolve("a"));
        write("a/inside", 200);
        Files.delete(source.resolve("b/inside"));
        Files.delete(source.resolve("b"));
        write("b", 300);
        assertRestores(create());
    }

    @Test
    void withoutAParentEverythingIsStoredAgain() throws IOException {
        write("file", 3 * CHUNK);
        create();
        SnapshotInfo second = create(new ParentChoice.None());
        assertThat(second.summary().parent()).isEmpty();
        assertThat(newBytes(second)).isEqualTo(3 * CHUNK);
    }

    @Test
    void theNewestSnapshotOfTheSameInstanceIsTheParent() throws IOException {
        write("file", 100);
        SnapshotInfo own = create();
        clock.advance(Duration.ofMinutes(1));
        SnapshotInfo other = fixture.service.createSnapshot(
                fixture.request(source).instanceId("gpu-2").build());
        assertThat(other.summary().parent()).contains(own.id());
        assertThat(create().summary().parent()).contains(own.id());
    }

    @Test
    void aDeletedSnapshotIsNoParent() throws IOException {
        write("file", 100);
        SnapshotInfo first = create();
        fixture.service.deleteSnapshot(create().id());
        assertThat(create().summary().parent()).contains(first.id());
    }

    @Test
    void chunksAreAsLargeAsTheParentsUnlessTold() throws IOException {
        write("file", 5 * CHUNK + 1);
        create();
        clock.advance(Duration.ofMinutes(1));
        CreateRequest.Builder plain = CreateRequest.builder().workspace(source).instanceId("gpu-1");
        SnapshotInfo second = fixture.service.createSnapshot(plain.build());
        assertThat(second.summary().chunkBytes()).isEqualTo(CHUNK);
        Files.write(source.resolve("file"), random.nextBytes(1), StandardOpenOption.APPEND);
        clock.advance(Duration.ofMinutes(1));
        SnapshotInfo third =
                fixture.service.createSnapshot(plain.chunkBytes(2 * CHUNK).build());
        assertThat(third.summary().chunkBytes()).isEqualTo(2 * CHUNK);
        assertRestores(third);
    }

    @Test
    void everyGenerationOfALineageComesBackLater() throws IOException {
        Workspaces.mixed(source, random);
        Map<SnapshotId, SortedMap<String, String>> expected = new LinkedHashMap<>();
        for (int generation = 0; generation < 5; generation++) {
            write("weights/model.bin", 700_000 + generation);
            Files.write(source.resolve("code/package1/module1.py"), random.nextBytes(50), StandardOpenOption.APPEND);
            Files.deleteIfExists(source.resolve("code/package0/module" + 4 * generation + ".py"));
            expected.put(create().id(), TreeListing.of(source));
        }
        for (Map.Entry<SnapshotId, SortedMap<String, String>> generation : expected.entrySet()) {
            Path target = targets.resolve(generation.getKey().value());
            fixture.restoreUnsynced(generation.getKey(), target);
            assertThat(TreeListing.of(target)).isEqualTo(generation.getValue());
        }
    }

    @Test
    void aNamedParentThatDoesNotExistIsAnError() throws IOException {
        write("file", 100);
        SnapshotId gone = create().id();
        fixture.service.deleteSnapshot(gone);
        assertThatExceptionOfType(SnapshotNotFoundException.class)
                .isThrownBy(() -> create(new ParentChoice.Of(gone)))
                .withMessageContaining(gone.value());
        assertThat(fixture.service.latestSnapshot()).isEmpty();
    }

    @Test
    void aDamagedParentIsWarnedOfAndNotUsed() throws IOException {
        write("file", 3 * CHUNK);
        write("small", 10);
        String manifest = "snapshots/" + create().id() + ".manifest";
        byte[] sound = StoredObjects.read(fixture.store, manifest);
        for (int position = 0; position < sound.length; position += 1 + random.nextInt(sound.length / 12)) {
            StoredObjects.replace(fixture.store, manifest, sound);
            StoredObjects.flip(fixture.store, manifest, position, 1 + random.nextInt(255));
            assertBuildsOnNothing();
        }
        StoredObjects.replace(fixture.store, manifest, sound);
        StoredObjects.truncate(fixture.store, manifest, sound.length - 1);
        assertBuildsOnNothing();
    }

    private void assertBuildsOnNothing() throws IOException {
        fixture.events.clear();
        SnapshotInfo snapshot = create();
        assertThat(snapshot.summary().parent()).isEmpty();
        assertThat(fixture.warnings()).singleElement().asString().contains("parent", "cannot be used");
        assertThat(fixture.service
                        .verifySnapshot(snapshot.id(), VerifyDepth.DATA)
                        .isSound())
                .isTrue();
        fixture.service.deleteSnapshot(snapshot.id());
    }

    @Test
    void aDamagedParentThatWasNamedIsAnError() throws IOException {
        write("file", 3 * CHUNK);
        SnapshotId parent = create().id();
        String manifest = "snapshots/" + parent + ".manifest";
        byte[] sound = StoredObjects.read(fixture.store, manifest);
        for (int position = 0; position < sound.length; position += 1 + random.nextInt(sound.length / 12)) {
            StoredObjects.replace(fixture.store, manifest, sound);
            StoredObjects.flip(fixture.store, manifest, position, 1 + random.nextInt(255));
            assertThatExceptionOfType(SnapshotException.class)
                    .as("byte " + position)
                    .isThrownBy(() -> create(new ParentChoice.Of(parent)));
        }
        assertThat(StoredObjects.keys(fixture.store, StoredObjects.SNAPSHOTS)).containsExactly(manifest);
        assertThat(StoredObjects.keys(fixture.store, StoredObjects.LEASES)).isEmpty();
    }

    @Test
    void packsThatTheParentHasLostAreFoundByAVerification() throws IOException {
        write("old", 3 * CHUNK);
        SnapshotInfo first = create();
        StoredObjects.delete(fixture.store, "packs/" + first.id() + "/000000.pack");
        write("new", 3 * CHUNK);
        SnapshotInfo second = create();
        assertThat(fixture.service
                        .verifySnapshot(second.id(), VerifyDepth.PRESENCE)
                        .damagedFiles())
                .containsExactly(RawPath.of("old"));
        SnapshotInfo third = create(new ParentChoice.None());
        assertThat(third.summary().parent()).isEqualTo(Optional.empty());
        assertRestores(third);
    }
}
