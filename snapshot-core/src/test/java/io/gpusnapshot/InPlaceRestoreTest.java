package io.gpusnapshot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.internal.posix.PosixCalls;
import io.gpusnapshot.internal.posix.UnixAttributes;
import io.gpusnapshot.model.ExtendedAttribute;
import io.gpusnapshot.model.RawPath;
import io.gpusnapshot.model.RestoreInfo;
import io.gpusnapshot.model.SnapshotInfo;
import io.gpusnapshot.testing.SeededRandom;
import io.gpusnapshot.testing.TreeListing;
import io.gpusnapshot.testing.Workspaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A restore onto files that are there already fetches what differs, and repairs everything else. */
class InPlaceRestoreTest {
    private static final int CHUNK = ServiceFixture.CHUNK_BYTES;

    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    private final PosixCalls posix = PosixCalls.ofPlatform();
    private ServiceFixture fixture;
    private Path source;
    private Path target;

    @BeforeEach
    void open(@TempDir Path directory) throws IOException {
        fixture = new ServiceFixture();
        source = Files.createDirectory(directory.resolve("source"));
        target = directory.resolve("target");
    }

    @AfterEach
    void close() throws IOException {
        fixture.close();
    }

    private RestoreInfo assertRestores(SnapshotInfo snapshot) throws IOException {
        RestoreInfo restored = fixture.restore(snapshot.id(), target);
        assertThat(TreeListing.of(target)).isEqualTo(TreeListing.of(source));
        return restored;
    }

    /** A snapshot of one file of ten chunks, already restored into the target. */
    private SnapshotInfo restoredFile() throws IOException {
        Workspaces.write(source.resolve("file"), random.nextBytes(10 * CHUNK));
        SnapshotInfo snapshot = fixture.create(source);
        assertRestores(snapshot);
        return snapshot;
    }

    @Test
    void aSecondRestoreFetchesNothing() throws IOException {
        Workspaces.mixed(source, random);
        SnapshotInfo snapshot = fixture.create(source);
        assertRestores(snapshot);
        RestoreInfo again = assertRestores(snapshot);
        assertThat(again.bytesFetched()).isZero();
        // Files with several names are made anew, out of what is there.
        assertThat(again.filesKept()).isEqualTo(again.files() - 2);
    }

    @Test
    void identicalFilesAreNotReplaced() throws IOException {
        SnapshotInfo snapshot = restoredFile();
        long inode = UnixAttributes.read(target.resolve("file")).inode();
        assertRestores(snapshot);
        assertThat(UnixAttributes.read(target.resolve("file")).inode()).isEqualTo(inode);
    }

    @Test
    void aFileWithOneChangedChunkFetchesThatChunk() throws IOException {
        SnapshotInfo snapshot = restoredFile();
        byte[] content = Files.readAllBytes(target.resolve("file"));
        content[4 * CHUNK + 17] ^= 1;
        Files.write(target.resolve("file"), content);
        RestoreInfo restored = assertRestores(snapshot);
        assertThat(restored.bytesFetched()).isEqualTo(CHUNK);
        assertThat(restored.bytesReused()).isEqualTo(9 * CHUNK);
    }

    @Test
    void aLongerFileLosesItsTail() throws IOException {
        SnapshotInfo snapshot = restoredFile();
        byte[] content = Files.readAllBytes(target.resolve("file"));
        Files.write(target.resolve("file"), Arrays.copyOf(content, content.length + 5));
        assertThat(assertRestores(snapshot).bytesFetched()).isZero();
    }

    @Test
    void aShorterFileFetchesItsTail() throws IOException {
        SnapshotInfo snapshot = restoredFile();
        byte[] content = Files.readAllBytes(target.resolve("file"));
        Files.write(target.resolve("file"), Arrays.copyOf(content, 7 * CHUNK + 1));
        assertThat(assertRestores(snapshot).bytesFetched()).isEqualTo(3 * CHUNK);
    }

    @Test
    void anUnchangedSmallFileIsKeptThoughItsNeighbourChanged() throws IOException {
        Workspaces.write(source.resolve("a"), "one".getBytes(UTF_8));
        Workspaces.write(source.resolve("b"), "two".getBytes(UTF_8));
        SnapshotInfo snapshot = fixture.create(source);
        assertRestores(snapshot);
        Files.writeString(target.resolve("b"), "TWO");
        assertThat(assertRestores(snapshot).filesKept()).isEqualTo(1);
    }

    @Test
    void metadataIsRepairedWithoutData() throws IOException {
        Workspaces.write(source.resolve("sub/file"), random.nextBytes(3 * CHUNK));
        Path noted = Workspaces.write(source.resolve("noted"), "x".getBytes(UTF_8));
        posix.writeAttribute(noted, new ExtendedAttribute(RawPath.of("user.kept"), new byte[] {1}));
        SnapshotInfo snapshot = fixture.create(source);
        assertRestores(snapshot);
        posix.setMode(target.resolve("sub/file"), 0600);
        posix.setMode(target.resolve("sub"), 0700);
        posix.setModified(target.resolve("sub/file"), Instant.EPOCH);
        posix.setModified(target.resolve("sub"), Instant.EPOCH);
        posix.writeAttribute(target.resolve("noted"), new ExtendedAttribute(RawPath.of("user.kept"), new byte[] {2}));
        posix.writeAttribute(target.resolve("noted"), new ExtendedAttribute(RawPath.of("user.more"), new byte[1]));
        RestoreInfo restored = assertRestores(snapshot);
        assertThat(restored.bytesFetched()).isZero();
        assertThat(restored.filesKept()).isEqualTo(2);
    }

    @Test
    void anotherNameOfAFileInTheTargetKeepsItsContent() throws IOException {
        Workspaces.write(source.resolve("file"), random.nextBytes(2 * CHUNK));
        SnapshotInfo snapshot = fixture.create(source);
        Path outside = Workspaces.write(target.resolveSibling("outside"), "mine".getBytes(UTF_8));
        posix.setModified(outside, Instant.EPOCH);
        Files.createDirectory(target);
        Files.createLink(target.resolve("file"), outside);
        assertRestores(snapshot);
        assertThat(outside).hasContent("mine");
        assertThat(UnixAttributes.read(outside).modified()).isEqualTo(Instant.EPOCH);
    }

    @Test
    void anotherNameOfAnIdenticalFileKeepsItsMetadata() throws IOException {
        SnapshotInfo snapshot = restoredFile();
        Path outside = target.resolveSibling("outside");
        Files.createLink(outside, target.resolve("file"));
        posix.setMode(outside, 0640);
        assertThat(assertRestores(snapshot).bytesFetched()).isZero();
        assertThat(UnixAttributes.read(outside).mode()).isEqualTo(0640);
    }

    @Test
    void hardLinksThatWereBrokenAreLinkedAgain() throws IOException {
        Path first = Workspaces.write(source.resolve("a"), random.nextBytes(2 * CHUNK));
        Files.createLink(source.resolve("b"), first);
        SnapshotInfo snapshot = fixture.create(source);
        assertRestores(snapshot);
        Files.delete(target.resolve("b"));
        Files.writeString(target.resolve("b"), "alone");
        assertThat(assertRestores(snapshot).bytesFetched()).isZero();
    }

    @Test
    void filesThatWereLinkedAreSeparatedAgain() throws IOException {
        Workspaces.write(source.resolve("a"), random.nextBytes(CHUNK));
        Workspaces.write(source.resolve("b"), random.nextBytes(CHUNK));
        SnapshotInfo snapshot = fixture.create(source);
        assertRestores(snapshot);
        Files.delete(target.resolve("b"));
        Files.createLink(target.resolve("b"), target.resolve("a"));
        assertRestores(snapshot);
    }

    @Test
    void sparseFilesArePatchedAndStaySparse() throws IOException {
        byte[] content = new byte[8 << 20];
        Workspaces.sparse(source.resolve("file"), content.length, random.nextBytes(2 * CHUNK), 4L << 20);
        SnapshotInfo snapshot = fixture.create(source);
        assertRestores(snapshot);
        assertThat(assertRestores(snapshot).filesKept()).isEqualTo(1);
        Arrays.fill(content, (byte) 1);
        System.arraycopy(Files.readAllBytes(target.resolve("file")), 4 << 20, content, 4 << 20, 2 * CHUNK);
        Files.write(target.resolve("file"), content);
        assertThat(assertRestores(snapshot).bytesFetched()).isLessThan(CHUNK);
        assertThat(posix.dataRegions(target.resolve("file"), content.length)).hasSize(1);
    }

    @Test
    void aFileThatRepeatsItselfIsKept() throws IOException {
        byte[] page = random.nextBytes(CHUNK);
        byte[] content = new byte[3 * CHUNK];
        for (int start = 0; start < content.length; start += CHUNK) {
            System.arraycopy(page, 0, content, start, CHUNK);
        }
        Workspaces.write(source.resolve("file"), content);
        SnapshotInfo snapshot = fixture.create(source);
        assertRestores(snapshot);
        RestoreInfo restored = assertRestores(snapshot);
        assertThat(restored.filesKept()).isEqualTo(1);
        assertThat(restored.bytesFetched()).isLessThanOrEqualTo(CHUNK);
    }

    @Test
    void emptyFilesReplaceFullOnesAndTheReverse() throws IOException {
        Workspaces.write(source.resolve("empty"), new byte[0]);
        Workspaces.write(source.resolve("full"), "x".getBytes(UTF_8));
        SnapshotInfo snapshot = fixture.create(source);
        Workspaces.write(target.resolve("empty"), "x".getBytes(UTF_8));
        Workspaces.write(target.resolve("full"), new byte[0]);
        assertRestores(snapshot);
    }

    @Test
    void linksAreReplacedByFilesAndFilesByLinks() throws IOException {
        Path outside = Workspaces.write(target.resolveSibling("outside"), "mine".getBytes(UTF_8));
        Workspaces.write(source.resolve("file"), "x".getBytes(UTF_8));
        Files.createSymbolicLink(source.resolve("link"), Path.of("file"));
        Files.createSymbolicLink(source.resolve("turned"), Path.of("file"));
        SnapshotInfo snapshot = fixture.create(source);
        Files.createDirectory(target);
        Files.createSymbolicLink(target.resolve("file"), outside);
        Files.createSymbolicLink(target.resolve("turned"), outside);
        Workspaces.write(target.resolve("link"), "y".getBytes(UTF_8));
        assertRestores(snapshot);
        assertThat(outside).hasContent("mine");
    }

    @Test
    void whatTheSnapshotDoesNotHaveIsLeftAlone() throws IOException {
        SnapshotInfo snapshot = restoredFile();
        Workspaces.write(target.resolve("mine/too"), "x".getBytes(UTF_8));
        fixture.restore(snapshot.id(), target);
        assertThat(target.resolve("mine/too")).hasContent("x");
    }
}
