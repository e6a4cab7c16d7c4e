package io.gpusnapshot.internal.posix;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gpusnapshot.internal.posix.PosixCalls.DataRegion;
import io.gpusnapshot.model.ExtendedAttribute;
import io.gpusnapshot.model.RawPath;
import io.gpusnapshot.testing.SeededRandom;
import io.gpusnapshot.testing.Workspaces;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What every implementation of {@link PosixCalls} must do. */
abstract class PosixCallsContract {
    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    private PosixCalls posix;
    private Path directory;
    private Path file;

    @SuppressWarnings("NullAway.Init")
    PosixCallsContract() {}

    abstract PosixCalls newCalls();

    @BeforeEach
    void open(@TempDir Path temporary) throws IOException {
        posix = newCalls();
        directory = temporary;
        file = Workspaces.write(Workspaces.childOfBytes(directory, "odd-%FF%0A"), "content".getBytes(UTF_8));
    }

    @Test
    void entriesOfADirectoryAreExaminedInTheirOrder() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("nowhere"));
        RawPath folder = RawNames.rawPath(directory);
        byte[] longest = "n".repeat(255).getBytes(UTF_8);
        Files.createDirectory(directory.resolve("n".repeat(255)));
        List<ExaminedEntry> examined = posix.attributes(
                folder,
                List.of("link".getBytes(UTF_8), "gone".getBytes(UTF_8), longest, RawNames.bytes(file.getFileName())));
        assertThat(examined).hasSize(4);
        assertThat(examined.get(0).orThrow()).isEqualTo(posix.attributes(RawNames.rawPath(link)));
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(examined.get(1)::orThrow)
                .withMessageContaining("gone");
        assertThat(examined.get(2).orThrow().isDirectory()).isTrue();
        assertThat(examined.get(3).orThrow()).isEqualTo(posix.attributes(RawNames.rawPath(file)));
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> posix.attributes(folder.child("gone".getBytes(UTF_8)), List.of("x".getBytes(UTF_8)))
                        .get(0)
                        .orThrow());
    }

    @Test
    void attributesAreThoseThatTheLibraryTells() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("link"), file.getFileName());
        Files.createLink(directory.resolve("name"), file);
        posix.setMode(file, 04751);
        posix.setModified(file, Instant.ofEpochSecond(1_234_567_890, 123_456_000));
        for (Path path : List.of(file, link, directory)) {
            UnixAttributes attributes = posix.attributes(RawNames.rawPath(path));
            UnixAttributes told = UnixAttributes.readPortably(RawNames.rawPath(path));
            assertThat(attributes)
                    .usingRecursiveComparison()
                    .ignoringFields("device")
                    .isEqualTo(told);
        }
        assertThat(posix.attributes(RawNames.rawPath(file)).device())
                .isEqualTo(posix.attributes(RawNames.rawPath(directory)).device());
    }

    @Test
    void aFileIsReadAsFarAsThereIsRoom() throws IOException {
        ByteBuffer target = ByteBuffer.allocateDirect(100).position(3).limit(6);
        UnixAttributes after = posix.readFile(RawNames.rawPath(file), target);
        assertThat(after.sameState(UnixAttributes.read(file))).isTrue();
        assertThat(text(target.flip().position(3))).isEqualTo("con");
        posix.readFile(RawNames.rawPath(file), target.clear());
        assertThat(text(target.flip())).isEqualTo("content");
    }

    private static String text(ByteBuffer bytes) {
        return UTF_8.decode(bytes).toString();
    }

    @Test
    void linksAreNotReadThrough() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("link"), file.getFileName());
        assertThatIOException().isThrownBy(() -> posix.readFile(RawNames.rawPath(link), ByteBuffer.allocateDirect(10)));
    }

    @Test
    void pathsThatAreTooLongAreRefused() {
        RawPath path = RawPath.of("/" + "long/".repeat(1000));
        assertThatExceptionOfType(FileSystemException.class).isThrownBy(() -> posix.attributes(path));
    }

    @Test
    void modesAreSetWithAllTwelveBits() throws IOException {
        for (int mode : new int[] {0, 0644, 04755, 02750, 01777, 07777}) {
            posix.setMode(file, mode);
            assertThat(UnixAttributes.read(file).mode()).isEqualTo(mode);
        }
    }

    @Test
    void timesAreSetToTheNanosecondAndTheAccessTimeStays() throws IOException {
        Object accessed = Files.getAttribute(file, "lastAccessTime");
        Instant time = Instant.ofEpochSecond(1_234_567_890, 123_456_789);
        posix.setModified(file, time);
        assertThat(UnixAttributes.read(file).modified()).isEqualTo(time);
        assertThat(Files.getAttribute(file, "lastAccessTime")).isEqualTo(accessed);
    }

    @Test
    void theTimeOfALinkIsItsOwn() throws IOException {
        Instant before = UnixAttributes.read(file).modified();
        Path link = Files.createSymbolicLink(directory.resolve("link"), file.getFileName());
        Instant time = Instant.ofEpochSecond(1_234_567_890, 123_456_000);
        posix.setModified(link, time);
        assertThat(UnixAttributes.read(link).modified()).isEqualTo(time);
        assertThat(UnixAttributes.read(file).modified()).isEqualTo(before);
    }

    @Test
    void aLinkIsGivenAwayWithoutItsTarget() throws IOException {
        assumeTrue(posix.identity().isSuperuser(), "only root can give files away");
        Path link = Files.createSymbolicLink(directory.resolve("link"), file.getFileName());
        posix.setOwner(link, 12, 34);
        assertThat(UnixAttributes.read(link).userId()).isEqualTo(12);
        assertThat(UnixAttributes.read(link).groupId()).isEqualTo(34);
        assertThat(UnixAttributes.read(file).userId()).isZero();
    }

    @Test
    void linksHaveAnyTarget() throws IOException {
        RawPath target = RawPath.ofBytes(new byte[] {'.', '.', '/', (byte) 0xff, 1, '/', (byte) 0xc3});
        Path link = directory.resolve("link");
        posix.createSymlink(link, target);
        assertThat(RawNames.bytes(Files.readSymbolicLink(link))).isEqualTo(target.bytes());
    }

    @Test
    void attributesAreWrittenReadAndRemoved() throws IOException {
        assumeAttributes();
        ExtendedAttribute large = new ExtendedAttribute(RawPath.of("user.large"), random.nextBytes(1500));
        ExtendedAttribute empty = new ExtendedAttribute(RawPath.of("user.empty"), new byte[0]);
        posix.writeAttribute(file, large);
        posix.writeAttribute(file, empty);
        assertThat(posix.readExtendedAttributes(RawNames.rawPath(file))).containsExactlyInAnyOrder(large, empty);
        ExtendedAttribute changed = new ExtendedAttribute(large.name(), new byte[] {7});
        posix.writeAttribute(file, changed);
        posix.removeAttribute(file, empty.name());
        assertThat(posix.readExtendedAttributes(RawNames.rawPath(file))).containsExactly(changed);
    }

    private void assumeAttributes() {
        boolean supported = true;
        try {
            posix.writeAttribute(file, new ExtendedAttribute(RawPath.of("user.probe"), new byte[1]));
            posix.removeAttribute(file, RawPath.of("user.probe"));
        } catch (IOException unsupported) {
            supported = false;
        }
        assumeTrue(supported, "the file system of the temporary directory has no user attributes");
    }

    @Test
    void dataRegionsHoldAllData() throws IOException {
        Path sparse = Workspaces.sparse(directory.resolve("sparse"), 4 << 20, new byte[] {1}, 5, 2 << 20);
        List<DataRegion> regions = posix.dataRegions(sparse, 4 << 20);
        assertThat(regions).anyMatch(region -> region.start() <= 5 && region.end() > 5);
        assertThat(regions).anyMatch(region -> region.start() <= 2 << 20 && region.end() > 2 << 20);
        assertThat(regions).allMatch(region -> region.start() < region.end() && region.end() <= 4 << 20);
    }

    @Test
    void lengthsGrowAndShrink() throws IOException {
        posix.setLength(file, 10_000);
        assertThat(Files.readAllBytes(file)).hasSize(10_000).startsWith("content".getBytes(UTF_8));
        posix.setLength(file, 10_000);
        posix.setLength(file, 3);
        assertThat(file).hasContent("con");
        posix.setLength(file, 0);
        assertThat(file).isEmptyFile();
    }

    @Test
    void everyErrorNamesTheFile() {
        Path missing = directory.resolve("missing");
        ExtendedAttribute attribute = new ExtendedAttribute(RawPath.of("user.x"), new byte[1]);
        assertNames(missing, () -> posix.setModified(missing, Instant.EPOCH));
        assertNames(missing, () -> posix.setMode(missing, 0600));
        assertNames(missing, () -> posix.setOwner(missing, 1, 1));
        assertNames(missing, () -> posix.setLength(missing, 1));
        assertNames(missing, () -> posix.attributes(RawNames.rawPath(missing)));
        assertNames(missing, () -> posix.readFile(RawNames.rawPath(missing), ByteBuffer.allocateDirect(1)));
        assertNames(missing, () -> posix.readExtendedAttributes(RawNames.rawPath(missing)));
        assertNames(missing, () -> posix.writeAttribute(missing, attribute));
        Path nowhere = missing.resolve("link");
        assertNames(nowhere, () -> posix.createSymlink(nowhere, RawPath.of("x")));
    }

    private interface Call {
        void run() throws IOException;
    }

    private static void assertNames(Path path, Call call) {
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(call::run)
                .withMessageContaining(path.toString());
    }

    @Test
    void theIdentityIsThatOfThisProcess() throws IOException {
        Path made = Files.createFile(directory.resolve("made"));
        PosixCalls.ProcessIdentity identity = posix.identity();
        UnixAttributes attributes = UnixAttributes.read(made);
        assertThat(identity.isSuperuser()).isEqualTo(attributes.userId() == 0);
        assertThat(identity.userId()).isIn(-1L, (long) attributes.userId());
        assertThat(identity.fileMode()).isIn(-1, attributes.mode());
    }

    @Test
    void whatCanBeSyncedIsSynced() throws IOException {
        Optional<FileSystemSync> opened = posix.fileSystemSync(directory);
        assumeTrue(opened.isPresent(), "this implementation cannot sync a file system");
        try (FileSystemSync fileSystem = opened.get()) {
            fileSystem.sync();
            Files.writeString(file, "more");
            fileSystem.sync();
            assertThat(file).hasContent("more");
        }
    }
}
