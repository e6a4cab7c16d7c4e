package io.gpusnapshot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gpusnapshot.internal.posix.PosixCalls;
import io.gpusnapshot.internal.posix.UnixAttributes;
import io.gpusnapshot.internal.scan.RestoreLeftovers;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.storage.StorageConfig;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.StorageProviders;
import io.gpusnapshot.testing.SeededRandom;
import io.gpusnapshot.testing.TreeListing;
import io.gpusnapshot.testing.Workspaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Restores by a user who may not do everything, run in another JVM since tests often run as root. */
class OrdinaryUserRestoreTest {
    private static final int NOBODY = 65534;

    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    private final PosixCalls posix = PosixCalls.ofPlatform();
    private Path directory;
    private Path source;
    private Path target;
    private ForkedJvm jvm;
    private ServiceFixture fixture;

    @BeforeEach
    void open(@TempDir Path temporary) throws IOException, InterruptedException {
        assumeTrue(posix.identity().isSuperuser(), "only root can run a program as somebody else");
        assumeTrue(
                Stream.of("/usr/bin/setpriv", "/bin/setpriv").map(Path::of).anyMatch(Files::isExecutable),
                "setpriv is not at hand");
        directory = temporary;
        posix.setMode(directory, 0755);
        source = Files.createDirectory(directory.resolve("source"));
        Path home = Files.createDirectory(directory.resolve("home"));
        target = home.resolve("target");
        jvm = new ForkedJvm().asNobody(home);
        posix.setOwner(home, NOBODY, NOBODY);
        StorageProvider folder = StorageProviders.open(StorageConfig.file(directory.resolve("repository")));
        fixture = new ServiceFixture(folder);
    }

    @AfterEach
    void close() throws IOException {
        if (fixture != null) {
            fixture.close();
            fixture.store.close();
        }
    }

    private SnapshotId snapshot() throws IOException {
        SnapshotId id = fixture.create(source).id();
        try (Stream<Path> files = Files.walk(directory.resolve("repository"))) {
            for (Path file : files.toList()) {
                posix.setMode(file, Files.isDirectory(file) ? 0755 : 0644);
            }
        }
        return id;
    }

    private ForkedJvm.Result restore(SnapshotId id, String... more) throws Exception {
        String repository = directory.resolve("repository").toString();
        return jvm.run(
                ForkedService.class,
                Stream.concat(Stream.of("restore", repository, id.value(), target.toString()), Stream.of(more))
                        .toArray(String[]::new));
    }

    private void assertTargetIsLikeSource() throws IOException {
        assertThat(withoutOwners(target)).isEqualTo(withoutOwners(source));
    }

    private static SortedMap<String, String> withoutOwners(Path root) throws IOException {
        SortedMap<String, String> listing = new TreeMap<>(TreeListing.of(root));
        listing.replaceAll((name, line) -> line.replaceFirst(" \\d+:\\d+ ", " "));
        return listing;
    }

    private void closedWorkspace() throws IOException {
        Workspaces.write(source.resolve("closed/inner/file"), random.nextBytes(100_000));
        Workspaces.write(source.resolve("closed/unreadable"), "x".getBytes(UTF_8));
        Workspaces.write(source.resolve("read-only"), "y".getBytes(UTF_8));
        Files.createSymbolicLink(source.resolve("closed/link"), Path.of("unreadable"));
        Files.createLink(source.resolve("closed/other-name"), source.resolve("read-only"));
        posix.setMode(source.resolve("read-only"), 0444);
        posix.setMode(source.resolve("closed/unreadable"), 0);
        posix.setMode(source.resolve("closed/inner"), 0555);
        posix.setMode(source.resolve("closed"), 0555);
    }

    @Test
    void everythingButOwnersComesBack() throws Exception {
        Workspaces.mixed(source, random);
        SnapshotId id = snapshot();
        restore(id).requireSuccess();
        assertTargetIsLikeSource();
        assertThat(UnixAttributes.read(target.resolve("empty.txt")).userId()).isEqualTo(NOBODY);
        assertThat(restore(id).requireSuccess()).isEqualTo("0");
    }

    @Test
    void closedFilesAndDirectoriesComeBackTwice() throws Exception {
        closedWorkspace();
        SnapshotId id = snapshot();
        restore(id).requireSuccess();
        assertTargetIsLikeSource();
        restore(id).requireSuccess();
        assertTargetIsLikeSource();
    }

    @Test
    void closedFilesAndDirectoriesAreUpdated() throws Exception {
        closedWorkspace();
        restore(snapshot()).requireSuccess();
        Workspaces.write(source.resolve("closed/inner/file"), random.nextBytes(100_000));
        Workspaces.write(source.resolve("closed/unreadable"), "changed".getBytes(UTF_8));
        restore(snapshot()).requireSuccess();
        assertTargetIsLikeSource();
    }

    @Test
    void extraneousEntriesGoFromClosedDirectories() throws Exception {
        closedWorkspace();
        SnapshotId id = snapshot();
        restore(id).requireSuccess();
        Path extraneous = Workspaces.write(target.resolve("closed/extraneous/deep/file"), "x".getBytes(UTF_8));
        posix.setOwner(target.resolve("closed/extraneous/deep"), NOBODY, NOBODY);
        posix.setMode(target.resolve("closed/extraneous/deep"), 0);
        posix.setOwner(target.resolve("closed/extraneous"), NOBODY, NOBODY);
        posix.setMode(target.resolve("closed/extraneous"), 0555);
        restore(id, "--delete").requireSuccess();
        assertThat(extraneous).doesNotExist();
        assertTargetIsLikeSource();
    }

    @Test
    void leftoversGoFromClosedDirectoriesAndPartsWithTheirFinalModeAreUsed() throws Exception {
        closedWorkspace();
        SnapshotId id = snapshot();
        restore(id).requireSuccess();
        Path foreign = target.resolve("closed/.gpusnapshot-abcdefgh-1.part");
        posix.setOwner(Workspaces.write(foreign, "x".getBytes(UTF_8)), NOBODY, NOBODY);
        String tag = id.value().substring(id.value().length() - 8);
        // In walk order: the root, "closed", "closed/inner", and then the file.
        Path part = target.resolve("closed/inner/" + new String(RestoreLeftovers.partName(tag, 3), UTF_8));
        Files.move(target.resolve("closed/inner/file"), part);
        posix.setMode(part, 0444);
        // What cannot be read is fetched: the chunk of two small files, one of them without any permission.
        assertThat(restore(id).requireSuccess()).isEqualTo("2");
        assertTargetIsLikeSource();
    }

    @Test
    void aSelectionLeavesTheModeOfClosedDirectoriesAboveIt() throws Exception {
        closedWorkspace();
        SnapshotId id = snapshot();
        restore(id).requireSuccess();
        Files.delete(target.resolve("closed/inner/file"));
        posix.setMode(target.resolve("closed"), 0511);
        restore(id, "--only", "/closed/inner/file").requireSuccess();
        assertThat(target.resolve("closed/inner/file")).exists();
        assertThat(UnixAttributes.read(target.resolve("closed")).mode()).isEqualTo(0511);
        assertThat(UnixAttributes.read(target.resolve("closed/inner")).mode()).isEqualTo(0555);
    }

    @Test
    void aTargetOfSomebodyElseThatCanBeFilledIsFilled() throws Exception {
        Workspaces.write(source.resolve("file"), "x".getBytes(UTF_8));
        SnapshotId id = snapshot();
        posix.setMode(Files.createDirectory(target), 0777);
        String output = restore(id).requireSuccess();
        assertThat(target.resolve("file")).hasContent("x");
        assertThat(output).contains("mode and time of the directory cannot be set");
        assertThat(target.resolve(RestoreLeftovers.MARKER)).doesNotExist();
    }

    @Test
    void aTargetThatCannotBeWrittenIsRefused() throws Exception {
        Workspaces.write(source.resolve("file"), "x".getBytes(UTF_8));
        SnapshotId id = snapshot();
        Files.createDirectory(target);
        ForkedJvm.Result result = restore(id);
        assertThat(result.exitCode()).isNotZero();
        assertThat(result.output()).contains("WorkspaceException").contains("cannot be written by this user");
        assertThat(target).isEmptyDirectory();
    }

    @Test
    void aDirectoryInsideThatCannotBeWrittenIsNamed() throws Exception {
        Workspaces.write(source.resolve("sub/file"), "x".getBytes(UTF_8));
        SnapshotId id = snapshot();
        posix.setOwner(Files.createDirectory(target), NOBODY, NOBODY);
        Files.createDirectory(target.resolve("sub"));
        ForkedJvm.Result result = restore(id);
        assertThat(result.exitCode()).isNotZero();
        assertThat(result.output()).contains("WorkspaceException").contains("sub/file");
    }
}
