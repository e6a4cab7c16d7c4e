package io.gpusnapshot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.internal.posix.PosixCalls;
import io.gpusnapshot.internal.posix.UnixAttributes;
import io.gpusnapshot.internal.scan.RestoreLeftovers;
import io.gpusnapshot.model.RestoreInfo;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.storage.StorageConfig;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.StorageProviders;
import io.gpusnapshot.testing.SeededRandom;
import io.gpusnapshot.testing.TreeListing;
import io.gpusnapshot.testing.Workspaces;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A restore that was killed is completed by the same restore, which fetches what is missing and nothing else. */
class ResumedRestoreTest {
    private static final int CHUNK = ServiceFixture.CHUNK_BYTES;
    private static final int LARGE_CHUNKS = 50;

    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    private final PosixCalls posix = PosixCalls.ofPlatform();
    private Path repository;
    private Path source;
    private Path target;
    private ServiceFixture fixture;

    @BeforeEach
    void open(@TempDir Path directory) throws IOException {
        repository = directory.resolve("repository");
        source = Files.createDirectory(directory.resolve("source"));
        target = directory.resolve("target");
        StorageProvider folder = StorageProviders.open(StorageConfig.file(repository));
        fixture = new ServiceFixture(folder);
    }

    @AfterEach
    void close() throws IOException {
        fixture.close();
        fixture.store.close();
    }

    /** One large file that the tests stop in the middle of, with others before and behind it. */
    private SnapshotId snapshot() throws IOException {
        Workspaces.write(source.resolve("a-first"), random.nextBytes(3 * CHUNK));
        Workspaces.write(source.resolve("large"), random.nextBytes(LARGE_CHUNKS * CHUNK));
        Workspaces.write(source.resolve("z/last"), random.nextBytes(2 * CHUNK));
        Files.createLink(source.resolve("z/linked"), source.resolve("a-first"));
        Workspaces.write(source.resolve("z/small"), "small".getBytes(UTF_8));
        return fixture.create(source).id();
    }

    /** Restores in another JVM and kills it, as {@code kill -9} does, once so many bytes have been delivered. */
    private void restoreAndKill(SnapshotId snapshot, long bytes) throws Exception {
        Process process = new ForkedJvm()
                .start(
                        ForkedService.class,
                        List.of(
                                "restore",
                                repository.toString(),
                                snapshot.value(),
                                target.toString(),
                                "--stall",
                                Long.toString(bytes)));
        try (BufferedReader output = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
            assertThat(output.readLine()).isEqualTo(ForkedService.STANDS_STILL);
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.waitFor()).isEqualTo(128 + 9);
    }

    private RestoreInfo assertCompletes(SnapshotId snapshot) throws IOException {
        RestoreInfo restored = fixture.restore(snapshot, target);
        assertThat(TreeListing.of(target)).isEqualTo(TreeListing.of(source));
        return restored;
    }

    private Path partIn(Path directory) throws IOException {
        try (Stream<Path> children = Files.list(directory)) {
            return children.filter(child -> RestoreLeftovers.isPart(
                            child.getFileName().toString().getBytes(UTF_8)))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void onlyWhatIsMissingIsFetched() throws Exception {
        SnapshotId snapshot = snapshot();
        restoreAndKill(snapshot, 33 * CHUNK);
        assertThat(target.resolve("a-first")).exists();
        assertThat(target.resolve("large")).doesNotExist();
        assertThat(target.resolve(RestoreLeftovers.MARKER)).exists();
        RestoreInfo restored = assertCompletes(snapshot);
        assertThat(restored.bytesReused()).isEqualTo(33 * CHUNK);
        assertThat(restored.bytesFetched()).isEqualTo((3 + LARGE_CHUNKS + 2 - 33) * CHUNK + "small".length());
    }

    @Test
    void aChunkThatWasHalfDeliveredIsFetchedAgain() throws Exception {
        SnapshotId snapshot = snapshot();
        restoreAndKill(snapshot, 20 * CHUNK + 1000);
        assertThat(assertCompletes(snapshot).bytesReused()).isEqualTo(20 * CHUNK);
    }

    @Test
    void aRestoreCanBeKilledSeveralTimes() throws Exception {
        SnapshotId snapshot = snapshot();
        restoreAndKill(snapshot, 10 * CHUNK);
        restoreAndKill(snapshot, 10 * CHUNK);
        assertThat(assertCompletes(snapshot).bytesReused()).isEqualTo(20 * CHUNK);
    }

    @Test
    void aPartThatWasTamperedWithIsFoundOut() throws Exception {
        Workspaces.sparse(source.resolve("large"), 60L * CHUNK, random.nextBytes(5 * CHUNK), 0, 20 * CHUNK, 40 * CHUNK);
        SnapshotId snapshot = fixture.create(source).id();
        restoreAndKill(snapshot, 12 * CHUNK);
        Path part = partIn(target);
        byte[] content = Files.readAllBytes(part);
        content[CHUNK + 5] ^= 1;
        content[10 * CHUNK] = 1;
        Files.write(part, content);
        assertThat(assertCompletes(snapshot).bytesReused()).isEqualTo(11 * CHUNK);
    }

    @Test
    void aPartThatIsTooLongIsCut() throws Exception {
        SnapshotId snapshot = snapshot();
        restoreAndKill(snapshot, 10 * CHUNK);
        Path part = partIn(target);
        try (SeekableByteChannel channel = Files.newByteChannel(part, StandardOpenOption.WRITE)) {
            channel.position((LARGE_CHUNKS + 1) * CHUNK);
            channel.write(ByteBuffer.wrap(new byte[] {1}));
        }
        assertCompletes(snapshot);
    }

    @Test
    void partsThatAreLinksAreNotWrittenThrough() throws Exception {
        SnapshotId snapshot = snapshot();
        Path outside = Workspaces.write(target.resolveSibling("outside"), "mine".getBytes(UTF_8));
        Map<String, String> before = TreeListing.of(outside);
        restoreAndKill(snapshot, 10 * CHUNK);
        Path part = partIn(target);
        Files.delete(part);
        Files.createSymbolicLink(part, outside);
        restoreAndKill(snapshot, 10 * CHUNK);
        assertThat(partIn(target)).isRegularFile().isNotEqualTo(outside);
        Files.delete(part);
        Files.createLink(part, outside);
        assertCompletes(snapshot);
        Files.delete(target.resolve("large"));
        Files.createDirectories(part.resolve("below"));
        assertCompletes(snapshot);
        assertThat(TreeListing.of(outside)).isEqualTo(before);
    }

    @Test
    void aPartIsItsOwnersAlone() throws Exception {
        SnapshotId snapshot = snapshot();
        restoreAndKill(snapshot, 10 * CHUNK);
        assertThat(UnixAttributes.read(partIn(target)).mode()).isEqualTo(0600);
        assertCompletes(snapshot);
    }

    @Test
    void aDamagedMarkerDoesNotMatter() throws Exception {
        SnapshotId snapshot = snapshot();
        restoreAndKill(snapshot, 10 * CHUNK);
        Files.write(target.resolve(RestoreLeftovers.MARKER), random.nextBytes(5000));
        assertThat(assertCompletes(snapshot).bytesReused()).isEqualTo(10 * CHUNK);
    }

    @Test
    void aMissingMarkerDoesNotMatter() throws Exception {
        SnapshotId snapshot = snapshot();
        restoreAndKill(snapshot, 10 * CHUNK);
        Files.delete(target.resolve(RestoreLeftovers.MARKER));
        assertThat(assertCompletes(snapshot).bytesReused()).isEqualTo(10 * CHUNK);
    }

    @Test
    void leftoversOfAnotherSnapshotGo() throws Exception {
        SnapshotId first = snapshot();
        restoreAndKill(first, 10 * CHUNK);
        Workspaces.write(source.resolve("large"), random.nextBytes(4 * CHUNK));
        SnapshotId second = fixture.create(source).id();
        assertCompletes(second);
    }

    @Test
    void aCreateFromAnUnfinishedWorkspaceSaysSo() throws Exception {
        SnapshotId snapshot = snapshot();
        restoreAndKill(snapshot, 10 * CHUNK);
        SnapshotId partial = fixture.create(target).id();
        assertThat(fixture.warnings()).anyMatch(warning -> warning.contains("has not finished"));
        Map<String, String> names = new ConcurrentHashMap<>();
        fixture.service.readEntries(
                partial,
                entry -> names.put(entry.path().toString(), entry.type().id()));
        assertThat(names.keySet()).contains("a-first").noneMatch(name -> name.contains("gpusnapshot"));
    }

    @Test
    void everyKindOfLeftoverNameIsUsedAgainOrGoes() throws Exception {
        SnapshotId snapshot = snapshot();
        Files.createSymbolicLink(source.resolve("z/symlink"), Path.of("small"));
        SnapshotId second = fixture.create(source).id();
        fixture.restore(snapshot, target);
        Workspaces.write(target.resolve("z/symlink"), "in the way".getBytes(UTF_8));
        Files.delete(target.resolve("z/linked"));
        String tag = second.value().substring(second.value().length() - 8);
        for (int number = 0; number < 10; number++) {
            byte[] name = RestoreLeftovers.partName(tag, number);
            Workspaces.write(target.resolve("z").resolve(new String(name, UTF_8)), random.nextBytes(10));
        }
        assertCompletes(second);
    }

    @Test
    void aPartWithItsFinalModeIsUsed() throws Exception {
        SnapshotId snapshot = snapshot();
        restoreAndKill(snapshot, 10 * CHUNK);
        posix.setMode(partIn(target), 0);
        assertThat(assertCompletes(snapshot).bytesReused()).isEqualTo(10 * CHUNK);
    }
}
