package io.gpusnapshot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gpusnapshot.error.StorageRequestException;
import io.gpusnapshot.error.WorkspaceException;
import io.gpusnapshot.internal.format.RepositoryLayout;
import io.gpusnapshot.internal.posix.PosixCalls;
import io.gpusnapshot.internal.scan.RestoreLeftovers;
import io.gpusnapshot.model.ExtendedAttribute;
import io.gpusnapshot.model.RawPath;
import io.gpusnapshot.model.RestoreInfo;
import io.gpusnapshot.model.SnapshotEvent;
import io.gpusnapshot.model.SnapshotInfo;
import io.gpusnapshot.storage.StorageConfig;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.StorageProviders;
import io.gpusnapshot.testing.FaultyStorageProvider.Operation;
import io.gpusnapshot.testing.SeededRandom;
import io.gpusnapshot.testing.TreeListing;
import io.gpusnapshot.testing.Workspaces;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Targets, and stores, on file systems that are full, read-only, or lack something. */
class AwkwardTargetTest {
    private static final int MEBIBYTE = 1 << 20;

    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    @RegisterExtension
    final Mounts mounts = new Mounts();

    private Path source;
    private Path target;
    private ServiceFixture fixture;

    @BeforeEach
    void open(@TempDir Path directory) throws IOException {
        fixture = new ServiceFixture();
        source = Files.createDirectory(directory.resolve("source"));
        target = Files.createDirectory(directory.resolve("target"));
    }

    @AfterEach
    void close() throws IOException {
        fixture.close();
    }

    private WorkspaceException assertFails(SnapshotInfo snapshot, WorkspaceException.Reason reason) {
        List<WorkspaceException> failures = new ArrayList<>();
        assertThatExceptionOfType(WorkspaceException.class)
                .isThrownBy(() -> fixture.restore(snapshot.id(), target))
                .satisfies(failures::add);
        assertThat(failures.get(0).reason()).isEqualTo(reason);
        return failures.get(0);
    }

    private RestoreInfo assertCompletes(SnapshotInfo snapshot) throws IOException {
        RestoreInfo restored = fixture.restore(snapshot.id(), target);
        assertThat(TreeListing.of(target)).isEqualTo(TreeListing.of(source));
        return restored;
    }

    @Test
    void tooLittleSpaceIsSaidBeforeAnythingIsWritten() throws Exception {
        mounts.mount("tmpfs", "size=8m", target);
        Workspaces.write(source.resolve("file"), random.nextBytes(9 * MEBIBYTE));
        WorkspaceException full = assertFails(fixture.create(source), WorkspaceException.Reason.FULL);
        assertThat(full)
                .hasMessageContaining("needs " + 9 * MEBIBYTE + " bytes")
                .hasMessageContaining(8 * MEBIBYTE + " bytes free");
        assertThat(target).isEmptyDirectory();
    }

    @Test
    void tooFewInodesAreSaidBeforeAnythingIsWritten() throws Exception {
        mounts.mount("tmpfs", "nr_inodes=50", target);
        for (int i = 0; i < 60; i++) {
            Workspaces.write(source.resolve("file" + i), new byte[0]);
        }
        WorkspaceException full = assertFails(fixture.create(source), WorkspaceException.Reason.FULL);
        assertThat(full).hasMessageContaining("61 inodes");
        assertThat(target).isEmptyDirectory();
    }

    @Test
    void hardLinksNeedTheirSpaceOnce() throws Exception {
        mounts.mount("tmpfs", "size=8m", target);
        Path file = Workspaces.write(source.resolve("file"), random.nextBytes(5 * MEBIBYTE));
        Files.createLink(source.resolve("link1"), file);
        Files.createLink(source.resolve("link2"), file);
        assertCompletes(fixture.create(source));
    }

    @Test
    void holesNeedNoSpace() throws Exception {
        mounts.mount("tmpfs", "size=8m", target);
        Workspaces.sparse(source.resolve("file"), 100L * MEBIBYTE, "x".getBytes(UTF_8), 0, 50L * MEBIBYTE);
        assertCompletes(fixture.create(source));
    }

    /** Takes all the space there is when the first byte of a file's data has been asked for: after the check. */
    private ServiceFixture serviceThatLosesTheDisk(Path ballast) throws IOException {
        AtomicBoolean filled = new AtomicBoolean();
        ObservedStorage store = new ObservedStorage(fixture.store);
        store.observe((operation, key) -> {
            if (isPackOpened(operation, key) && filled.compareAndSet(false, true)) {
                fill(ballast);
            }
        });
        return new ServiceFixture(store);
    }

    private static void fill(Path ballast) {
        try (OutputStream file = Files.newOutputStream(ballast)) {
            byte[] page = new byte[4096];
            while (true) {
                file.write(page);
            }
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("No space left");
        }
    }

    @Test
    void aDiskThatFillsUpMeanwhileIsNamedAndTheRestoreCanBeResumed() throws Exception {
        Path disk = target;
        mounts.mount("tmpfs", "size=8m", disk);
        target = disk.resolve("workspace");
        for (int i = 0; i < 6; i++) {
            Workspaces.write(source.resolve("file" + i), random.nextBytes(MEBIBYTE));
        }
        SnapshotInfo snapshot = fixture.create(source);
        Path ballast = disk.resolve("ballast");
        ServiceFixture intact = fixture;
        fixture = serviceThatLosesTheDisk(ballast);
        WorkspaceException full = assertFails(snapshot, WorkspaceException.Reason.FULL);
        assertThat(full)
                .hasMessageContaining("when file")
                .hasMessageContaining("free space")
                .hasMessageContaining(target.toString());
        assertNothingHalfWritten();
        assertNothingIsOpen();
        fixture = intact;
        Files.delete(ballast);
        assertCompletes(snapshot);
    }

    private void assertNothingIsOpen() throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            assertThat(descriptors.filter(Files::isSymbolicLink).map(AwkwardTargetTest::linkTarget))
                    .noneMatch(file -> file.startsWith(target));
        }
    }

    /** A descriptor may be closed while they are listed. */
    private static Path linkTarget(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor);
        } catch (IOException closed) {
            return descriptor;
        }
    }

    private void assertNothingHalfWritten() throws IOException {
        try (Stream<Path> children = Files.list(target)) {
            for (Path child : children.toList()) {
                byte[] name = child.getFileName().toString().getBytes(UTF_8);
                if (!RestoreLeftovers.isPart(name) && !RestoreLeftovers.isMarker(name)) {
                    assertThat(child).hasSameBinaryContentAs(source.resolve(child.getFileName()));
                }
            }
        }
    }

    @Test
    void whatAnInterruptedRestoreLeftCountsAsSpaceThatIsThere() throws Exception {
        mounts.mount("tmpfs", "size=8m", target);
        Workspaces.write(source.resolve("file"), random.nextBytes(6 * MEBIBYTE));
        SnapshotInfo snapshot = fixture.create(source);
        ServiceFixture intact = fixture;
        AtomicInteger opens = new AtomicInteger();
        ObservedStorage store = new ObservedStorage(intact.store);
        store.observe((operation, key) -> {
            if (isPackOpened(operation, key) && opens.incrementAndGet() > 50) {
                throw new IOException("the store is gone");
            }
        });
        fixture = new ServiceFixture(store);
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> fixture.restore(snapshot.id(), target));
        fixture = intact;
        assertThat(Files.getFileStore(target).getUsableSpace()).isLessThan(6 * MEBIBYTE);
        assertThat(assertCompletes(snapshot).bytesReused()).isPositive();
    }

    private static boolean isPackOpened(Operation operation, String key) {
        return operation == Operation.OPEN && key.startsWith(RepositoryLayout.PACKS);
    }

    @Test
    void inodesThatRunOutMeanwhileAreNamed() throws Exception {
        mounts.mount("tmpfs", "nr_inodes=60", target);
        for (int i = 0; i < 20; i++) {
            Workspaces.write(source.resolve("d" + i + "/file"), random.nextBytes(100));
        }
        SnapshotInfo snapshot = fixture.create(source);
        try (GPUSnapshotService service = GPUSnapshotService.builder()
                .storage(fixture.store)
                .listener(event -> {
                    if (event instanceof SnapshotEvent.Progress progress
                            && progress.phase().equals("restore")
                            && progress.entries() == 0) {
                        takeInodes(40);
                    }
                })
                .build()) {
            assertThatExceptionOfType(WorkspaceException.class)
                    .isThrownBy(() -> service.restoreSnapshot(RestoreRequest.of(snapshot.id(), target)))
                    .withMessageContaining("free space or inodes")
                    .satisfies(full -> assertThat(full.reason()).isEqualTo(WorkspaceException.Reason.FULL));
        }
        for (int i = 0; i < 40; i++) {
            Files.deleteIfExists(target.resolve("taken" + i));
        }
        assertCompletes(snapshot);
    }

    private void takeInodes(int count) {
        try {
            for (int i = 0; i < count; i++) {
                Path file = target.resolve("taken" + i);
                if (!Files.exists(file)) {
                    Files.createFile(file);
                }
            }
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    @Test
    void aReadOnlyMountIsRefused() throws Exception {
        mounts.mount("tmpfs", "ro", target);
        Workspaces.write(source.resolve("file"), new byte[1]);
        SnapshotInfo snapshot = fixture.create(source);
        assertThat(assertFails(snapshot, WorkspaceException.Reason.UNWRITABLE)).hasMessageContaining("mount options");
        target = target.resolve("below");
        assertThat(assertFails(snapshot, WorkspaceException.Reason.UNWRITABLE)).hasMessageContaining("Read-only");
    }

    @Test
    void aReadOnlyMountInsideTheTargetIsNamed() throws Exception {
        Path inner = Files.createDirectory(target.resolve("inner"));
        mounts.mount("tmpfs", "ro", inner);
        Workspaces.write(source.resolve("inner/file"), new byte[1]);
        assertThat(assertFails(fixture.create(source), WorkspaceException.Reason.UNWRITABLE))
                .hasMessageContaining("inner")
                .hasMessageContaining("read-only");
    }

    @Test
    void lackOfExtendedAttributesIsAWarning() throws Exception {
        mounts.mount("ramfs", "mode=755", target);
        Path file = Workspaces.write(source.resolve("file"), "x".getBytes(UTF_8));
        PosixCalls.ofPlatform().writeAttribute(file, new ExtendedAttribute(RawPath.of("user.note"), new byte[] {1}));
        RestoreInfo restored = fixture.restore(fixture.create(source).id(), target);
        assertThat(target.resolve("file")).hasContent("x");
        assertThat(restored.warnings())
                .singleElement()
                .asString()
                .contains("file")
                .contains("user.note");
    }

    @Test
    void aMountInsideTheTargetIsFilled() throws Exception {
        Path inner = Files.createDirectory(target.resolve("inner"));
        mounts.mount("tmpfs", "size=8m", inner);
        Workspaces.write(source.resolve("inner/deep/file"), random.nextBytes(MEBIBYTE));
        Files.createSymbolicLink(source.resolve("inner/link"), Path.of("deep/file"));
        Workspaces.write(source.resolve("file"), random.nextBytes(MEBIBYTE));
        assertCompletes(fixture.create(source));
        assertThat(assertCompletes(fixture.create(source)).bytesFetched()).isZero();
    }

    @Test
    void aHardLinkThatWouldCrossMountsIsNamedAndTheRestIsRestored() throws Exception {
        Path inner = Files.createDirectory(target.resolve("inner"));
        mounts.mount("tmpfs", "size=8m", inner);
        Path file = Workspaces.write(source.resolve("file"), "x".getBytes(UTF_8));
        Files.createLink(Files.createDirectory(source.resolve("inner")).resolve("link"), file);
        Workspaces.write(source.resolve("inner/other"), "y".getBytes(UTF_8));
        assertThat(assertFails(fixture.create(source), WorkspaceException.Reason.INCOMPLETE))
                .hasMessageContaining("inner/link")
                .hasMessageContaining("1 files");
        assertThat(target.resolve("file")).hasContent("x");
        assertThat(target.resolve("inner/other")).hasContent("y");
    }

    @Test
    void aFullRepositoryKeepsNothingHalf() throws Exception {
        mounts.mount("tmpfs", "size=8m", target);
        Workspaces.write(source.resolve("file"), random.nextBytes(12 * MEBIBYTE));
        try (StorageProvider folder = StorageProviders.open(StorageConfig.file(target));
                ServiceFixture onFullDisk = new ServiceFixture(folder)) {
            assertThatExceptionOfType(StorageRequestException.class)
                    .isThrownBy(() -> onFullDisk.create(source))
                    .withMessageContaining(target.toString())
                    .withMessageContaining("free space");
            assertThat(onFullDisk.service.latestSnapshot()).isEmpty();
            List<String> keys = new ArrayList<>();
            StorageProviders.listAll(folder, "packs/", object -> keys.add(object.key()));
            assertThat(keys).isEmpty();
            Workspaces.write(source.resolve("file"), random.nextBytes(MEBIBYTE));
            SnapshotInfo snapshot = onFullDisk.create(source);
            Path copy = target.resolveSibling("copy");
            onFullDisk.restore(snapshot.id(), copy);
            assertThat(TreeListing.of(copy)).isEqualTo(TreeListing.of(source));
        }
    }
}
