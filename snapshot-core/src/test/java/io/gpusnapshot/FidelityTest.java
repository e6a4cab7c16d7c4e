package io.gpusnapshot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gpusnapshot.internal.posix.PosixCalls;
import io.gpusnapshot.model.ExtendedAttribute;
import io.gpusnapshot.model.RawPath;
import io.gpusnapshot.model.SnapshotInfo;
import io.gpusnapshot.testing.SeededRandom;
import io.gpusnapshot.testing.TreeListing;
import io.gpusnapshot.testing.Workspaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What goes into a repository comes back bit for bit, with everything that a file system knows of it. */
class FidelityTest {
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

    private SnapshotInfo assertRoundTrip() throws IOException {
        SnapshotInfo snapshot = fixture.create(source);
        fixture.restore(snapshot.id(), target);
        assertThat(TreeListing.of(target)).isEqualTo(TreeListing.of(source));
        return snapshot;
    }

    @Test
    void aMixedWorkspaceComesBack() throws IOException {
        Workspaces.mixed(source, random);
        assertRoundTrip();
        assertThat(fixture.warnings()).isEmpty();
    }

    @Test
    void anEmptyWorkspaceComesBack() throws IOException {
        assertRoundTrip();
    }

    @Test
    void filesOfEveryLengthAroundTheChunkSizeComeBack() throws IOException {
        int[] borders = {1, ServiceFixture.CHUNK_BYTES / 4, ServiceFixture.CHUNK_BYTES, 3 * ServiceFixture.CHUNK_BYTES};
        for (int border : borders) {
            for (int length = border - 1; length <= border + 1; length++) {
                Workspaces.write(source.resolve("length" + length), random.nextBytes(length));
            }
        }
        assertRoundTrip();
    }

    @Test
    void modesComeBackWithSetuidSetgidAndSticky() throws IOException {
        int[] modes = {04755, 02755, 01777, 0644, 0600, 0444, 0400, 07777};
        for (int mode : modes) {
            posix.setMode(Workspaces.write(source.resolve("file" + mode), "x".getBytes(UTF_8)), mode);
        }
        Path shared = Files.createDirectory(source.resolve("shared"));
        Workspaces.write(shared.resolve("inside"), "y".getBytes(UTF_8));
        posix.setMode(shared, 03775);
        Path closed = Files.createDirectory(source.resolve("closed"));
        Workspaces.write(closed.resolve("inside"), "z".getBytes(UTF_8));
        posix.setMode(closed, 0555);
        assertRoundTrip();
    }

    @Test
    void ownersComeBackForTheSuperuser() throws IOException {
        assumeTrue(posix.identity().isSuperuser(), "only root can give files away");
        Path file = Workspaces.write(source.resolve("file"), "x".getBytes(UTF_8));
        posix.setOwner(file, 4321, 8765);
        posix.setMode(file, 06755);
        posix.setOwner(Files.createSymbolicLink(source.resolve("link"), Path.of("file")), 11, 22);
        posix.setOwner(Files.createDirectory(source.resolve("directory")), 33, 44);
        assertRoundTrip();
    }

    @Test
    void timesComeBackToTheNanosecondEvenBefore1970() throws IOException {
        Instant[] times = {
            Instant.ofEpochSecond(1_700_000_000, 123_456_789),
            Instant.ofEpochSecond(0),
            Instant.ofEpochSecond(-1, 1),
            Instant.ofEpochSecond(-123_456_789, 987_654_321),
            Instant.ofEpochSecond(4_102_444_800L, 999_999_999),
        };
        assumeTrue(posix.limitations().isEmpty(), "needs native calls");
        for (int i = 0; i < times.length; i++) {
            posix.setModified(Workspaces.write(source.resolve("file" + i), "x".getBytes(UTF_8)), times[i]);
            posix.setModified(Files.createSymbolicLink(source.resolve("link" + i), Path.of("file" + i)), times[i]);
            posix.setModified(Files.createDirectory(source.resolve("directory" + i)), times[i]);
        }
        assertRoundTrip();
        FileTime restored = Files.getLastModifiedTime(target.resolve("link3"), LinkOption.NOFOLLOW_LINKS);
        assertThat(restored.toInstant()).isEqualTo(times[3]);
    }

    @Test
    void extendedAttributesComeBack() throws IOException {
        Path file = Workspaces.write(source.resolve("file"), "x".getBytes(UTF_8));
        assumeTrue(supportsAttributes(file), "the file system of the temporary directory has no user attributes");
        posix.writeAttribute(file, new ExtendedAttribute(RawPath.of("user.binary"), random.nextBytes(300)));
        posix.writeAttribute(file, new ExtendedAttribute(RawPath.of("user.empty"), new byte[0]));
        posix.writeAttribute(
                Files.createDirectory(source.resolve("directory")),
                new ExtendedAttribute(RawPath.of("user.note"), "on a directory".getBytes(UTF_8)));
        assertRoundTrip();
    }

    private boolean supportsAttributes(Path file) {
        try {
            posix.writeAttribute(file, new ExtendedAttribute(RawPath.of("user.probe"), new byte[1]));
            posix.removeAttribute(file, RawPath.of("user.probe"));
            return true;
        } catch (IOException unsupported) {
            return false;
        }
    }

    @Test
    void namesOfAnyBytesComeBack() throws IOException {
        for (int value = 1; value < 256; value++) {
            if (value != '/') {
                Path file = Workspaces.childOfBytes(source, String.format("x%%%02Xy", value));
                Workspaces.write(file, new byte[] {(byte) value});
            }
        }
        Path odd = Files.createDirectory(Workspaces.childOfBytes(source, "%FF%FE%0A"));
        Workspaces.write(odd.resolve("inside"), "x".getBytes(UTF_8));
        Files.createSymbolicLink(odd.resolve("link"), Workspaces.childOfBytes(Path.of(""), "%80%81"));
        assertRoundTrip();
    }

    @Test
    void longNamesAndDeepTreesComeBack() throws IOException {
        Workspaces.write(source.resolve("n".repeat(255)), "x".getBytes(UTF_8));
        Workspaces.write(Workspaces.childOfBytes(source, "%FF".repeat(255)), "y".getBytes(UTF_8));
        Path deep = source;
        for (int level = 0; level < 70; level++) {
            deep = deep.resolve("level" + level);
        }
        Workspaces.write(deep.resolve("bottom"), "z".getBytes(UTF_8));
        assertRoundTrip();
    }

    @Test
    void symbolicLinksKeepTheirTargetsToTheLetter() throws IOException {
        assumeTrue(posix.limitations().isEmpty(), "needs native calls");
        String[] targets = {"a//b/", "./x/../y", "/absolute//path/", "..", "../../outside", "t".repeat(1000)};
        for (int i = 0; i < targets.length; i++) {
            posix.createSymlink(source.resolve("link" + i), RawPath.of(targets[i]));
        }
        assertRoundTrip();
        assertThat(Files.readSymbolicLink(target.resolve("link0")).toString()).isEqualTo("a//b/");
    }

    @Test
    void holesStayHoles() throws IOException {
        Workspaces.sparse(source.resolve("tail"), 50L << 20, "start".getBytes(UTF_8), 0);
        Workspaces.sparse(source.resolve("middle"), 30L << 20, "data".getBytes(UTF_8), 0, 20L << 20);
        Workspaces.sparse(source.resolve("nothing"), 40L << 20, new byte[0]);
        SnapshotInfo snapshot = assertRoundTrip();
        assertThat(snapshot.bytesStored()).isLessThan(1 << 20);
        for (String name : new String[] {"tail", "middle", "nothing"}) {
            assertThat(allocatedBytes(target.resolve(name))).as(name).isLessThan(1 << 20);
        }
    }

    private static long allocatedBytes(Path file) throws IOException {
        Process process = new ProcessBuilder("stat", "-c", "%b", file.toString()).start();
        return Long.parseLong(new String(process.getInputStream().readAllBytes(), UTF_8).strip()) * 512;
    }

    @Test
    void hardLinksStayLinked() throws IOException {
        Path first = Workspaces.write(source.resolve("b/first"), random.nextBytes(200_000));
        Files.createLink(source.resolve("a"), first);
        Files.createLink(source.resolve("c"), first);
        Path small = Workspaces.write(source.resolve("small"), "s".getBytes(UTF_8));
        Files.createLink(source.resolve("b/small"), small);
        Path empty = Workspaces.write(source.resolve("empty"), new byte[0]);
        Files.createLink(source.resolve("b/empty"), empty);
        SnapshotInfo snapshot = assertRoundTrip();
        assertThat(snapshot.summary().totals().bytes()).isEqualTo(200_001);
    }

    @Test
    void socketsAndPipesAreReportedAndLeftOut() throws Exception {
        Workspaces.write(source.resolve("file"), "x".getBytes(UTF_8));
        Process process = new ProcessBuilder("mkfifo", source.resolve("pipe").toString()).start();
        assumeTrue(process.waitFor() == 0, "mkfifo is not at hand");
        SnapshotInfo snapshot = fixture.create(source);
        assertThat(snapshot.filesSkipped()).isEqualTo(1);
        assertThat(fixture.warnings())
                .singleElement()
                .asString()
                .startsWith("pipe: ")
                .contains("FIFO");
        fixture.restore(snapshot.id(), target);
        assertThat(target.resolve("pipe")).doesNotExist();
        assertThat(target.resolve("file")).hasContent("x");
    }

    @Test
    void aDirectoryOfManyFilesComesBack() throws IOException {
        for (int i = 0; i < 5000; i++) {
            Workspaces.write(source.resolve("f" + i), Integer.toString(i).getBytes(UTF_8));
        }
        SnapshotInfo snapshot = assertRoundTrip();
        assertThat(snapshot.summary().totals().files()).isEqualTo(5000);
    }
}
