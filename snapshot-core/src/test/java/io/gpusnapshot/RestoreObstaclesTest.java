package io.gpusnapshot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gpusnapshot.error.SnapshotConflictException;
import io.gpusnapshot.error.WorkspaceException;
import io.gpusnapshot.model.SnapshotInfo;
import io.gpusnapshot.testing.SeededRandom;
import io.gpusnapshot.testing.TreeListing;
import io.gpusnapshot.testing.Workspaces;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SortedMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What stands in the way of a restore is named before anything is changed; no link leads it out of the target. */
class RestoreObstaclesTest {
    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    private ServiceFixture fixture;
    private Path source;
    private Path target;
    private Path outside;

    @BeforeEach
    void open(@TempDir Path directory) throws IOException {
        fixture = new ServiceFixture();
        source = Files.createDirectory(directory.resolve("source"));
        target = directory.resolve("target");
        outside = Files.createDirectory(directory.resolve("outside"));
        Workspaces.write(source.resolve("a"), "a".getBytes(UTF_8));
        Workspaces.write(source.resolve("sub/deep/file"), random.nextBytes(100_000));
        Workspaces.write(source.resolve("z"), "z".getBytes(UTF_8));
    }

    @AfterEach
    void close() throws IOException {
        fixture.close();
    }

    private static RestoreRequest.Builder request(SnapshotInfo snapshot, Path target) {
        return RestoreRequest.builder(snapshot.id(), target);
    }

    private void assertRefused(RestoreRequest.Builder request, String name) throws IOException {
        SortedMap<String, String> targetBefore = TreeListing.of(target);
        SortedMap<String, String> outsideBefore = TreeListing.of(outside);
        assertThatExceptionOfType(WorkspaceException.class)
                .isThrownBy(() -> fixture.service.restoreSnapshot(request.build()))
                .withMessageContaining(name)
                .satisfies(refused -> assertThat(refused.reason()).isEqualTo(WorkspaceException.Reason.OCCUPIED));
        assertThat(TreeListing.of(target)).isEqualTo(targetBefore);
        assertThat(TreeListing.of(outside)).isEqualTo(outsideBefore);
    }

    private void assertReplaces(SnapshotInfo snapshot) throws IOException {
        SortedMap<String, String> outsideBefore = TreeListing.of(outside);
        fixture.service.restoreSnapshot(
                request(snapshot, target).deleteExtraneous(true).build());
        assertThat(TreeListing.of(target)).isEqualTo(TreeListing.of(source));
        assertThat(TreeListing.of(outside)).isEqualTo(outsideBefore);
    }

    @Test
    void aDirectoryWhereAFileMustGo() throws IOException {
        SnapshotInfo snapshot = fixture.create(source);
        Workspaces.write(target.resolve("z/mine"), "x".getBytes(UTF_8));
        assertRefused(request(snapshot, target), "\"z\" is a directory");
        assertReplaces(snapshot);
    }

    @Test
    void aFileWhereADirectoryMustGo() throws IOException {
        SnapshotInfo snapshot = fixture.create(source);
        Workspaces.write(target.resolve("sub"), "x".getBytes(UTF_8));
        assertRefused(request(snapshot, target), "\"sub\" is a file");
        assertReplaces(snapshot);
    }

    @Test
    void aLinkWhereADirectoryMustGoIsNotFollowed() throws IOException {
        SnapshotInfo snapshot = fixture.create(source);
        Workspaces.write(outside.resolve("deep/file"), "mine".getBytes(UTF_8));
        Files.createDirectory(target);
        Files.createSymbolicLink(target.resolve("sub"), outside);
        assertRefused(request(snapshot, target), "\"sub\" is a symlink");
        assertReplaces(snapshot);
    }

    @Test
    void aLinkAboveASelectedFileIsNotFollowed() throws IOException {
        SnapshotInfo snapshot = fixture.create(source);
        Workspaces.write(outside.resolve("deep/file"), "mine".getBytes(UTF_8));
        Files.createDirectory(target);
        Files.createSymbolicLink(target.resolve("sub"), outside);
        assertRefused(request(snapshot, target).only("/a").only("/sub/deep/file"), "\"sub\" is a symlink");
    }

    @Test
    void aFileAboveASelectedFileIsRefused() throws IOException {
        SnapshotInfo snapshot = fixture.create(source);
        Workspaces.write(target.resolve("sub/deep"), "mine".getBytes(UTF_8));
        assertRefused(request(snapshot, target).only("/a").only("/sub/deep/file"), "\"sub/deep\" is a file");
    }

    @Test
    void aDirectoryWhereALinkMustGo() throws IOException {
        Files.createSymbolicLink(source.resolve("link"), Path.of("a"));
        SnapshotInfo snapshot = fixture.create(source);
        Files.createDirectories(target.resolve("link/mine"));
        assertRefused(request(snapshot, target), "\"link\" is a directory");
        assertReplaces(snapshot);
    }

    @Test
    void aTargetThatIsAFileIsRefused() throws IOException {
        SnapshotInfo snapshot = fixture.create(source);
        Files.writeString(target, "mine");
        assertThatExceptionOfType(WorkspaceException.class)
                .isThrownBy(() -> fixture.restore(snapshot.id(), target))
                .withMessageContaining(target + " is a file, not a directory");
        assertThat(target).hasContent("mine");
    }

    @Test
    void aTargetBelowAFileIsRefused() throws IOException {
        SnapshotInfo snapshot = fixture.create(source);
        Files.writeString(target, "mine");
        assertThatExceptionOfType(WorkspaceException.class)
                .isThrownBy(() -> fixture.restore(snapshot.id(), target.resolve("below")))
                .withMessageContaining(target.resolve("below").toString());
    }

    @Test
    void missingParentsOfTheTargetAreMade() throws IOException {
        SnapshotInfo snapshot = fixture.create(source);
        Path below = target.resolve("not/yet/there");
        fixture.restore(snapshot.id(), below);
        assertThat(TreeListing.of(below)).isEqualTo(TreeListing.of(source));
    }

    @Test
    void aTargetMayBeALinkToADirectory() throws IOException {
        SnapshotInfo snapshot = fixture.create(source);
        Files.createSymbolicLink(target, outside);
        fixture.restore(snapshot.id(), target);
        assertThat(TreeListing.of(outside)).isEqualTo(TreeListing.of(source));
        assertThat(target).isSymbolicLink();
    }

    @Test
    void twoRestoresKeepOutOfEachOthersWay() throws IOException {
        SnapshotInfo snapshot = fixture.create(source);
        Files.createDirectory(target);
        Path marker = target.resolve(".gpusnapshot-restore");
        try (FileChannel other = FileChannel.open(marker, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            assertThat(other.tryLock()).isNotNull();
            assertThatExceptionOfType(SnapshotConflictException.class)
                    .isThrownBy(() -> fixture.restore(snapshot.id(), target))
                    .withMessageContaining(target.toString());
        }
        fixture.restore(snapshot.id(), target);
        assertThat(TreeListing.of(target)).isEqualTo(TreeListing.of(source));
    }

    @Test
    void aMarkerThatIsADirectoryIsNamed() throws IOException {
        SnapshotInfo snapshot = fixture.create(source);
        Files.createDirectories(target.resolve(".gpusnapshot-restore"));
        assertThatExceptionOfType(WorkspaceException.class)
                .isThrownBy(() -> fixture.restore(snapshot.id(), target))
                .withMessageContaining(".gpusnapshot-restore");
    }
}
