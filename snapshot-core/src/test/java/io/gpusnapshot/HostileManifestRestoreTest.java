package io.gpusnapshot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.error.SnapshotException;
import io.gpusnapshot.error.WorkspaceException;
import io.gpusnapshot.model.EntryType;
import io.gpusnapshot.model.FileContent;
import io.gpusnapshot.model.RawPath;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.model.WorkspaceEntry;
import io.gpusnapshot.testing.TreeListing;
import io.gpusnapshot.testing.Workspaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A manifest whose paths lead elsewhere is refused before anything is changed. */
class HostileManifestRestoreTest {
    private ServiceFixture fixture;
    private Path directory;
    private Path target;
    private SnapshotId snapshot;

    @BeforeEach
    void open(@TempDir Path temporary) throws IOException {
        fixture = new ServiceFixture();
        directory = temporary;
        target = Files.createDirectory(directory.resolve("target"));
        Path source = Files.createDirectory(directory.resolve("source"));
        Workspaces.write(source.resolve("file"), "from the snapshot".getBytes(UTF_8));
        Workspaces.write(source.resolve("sub/file"), "from the snapshot".getBytes(UTF_8));
        Workspaces.write(target.resolve("file"), "mine".getBytes(UTF_8));
        Workspaces.write(target.resolve("more"), "mine".getBytes(UTF_8));
        snapshot = fixture.create(source).id();
    }

    @AfterEach
    void close() throws IOException {
        fixture.close();
    }

    private SnapshotException assertRefused(Consumer<List<WorkspaceEntry>> change) throws IOException {
        CraftedSnapshot.rewrite(fixture.store, snapshot, change);
        SortedMap<String, String> before = TreeListing.of(directory);
        RestoreRequest request =
                RestoreRequest.builder(snapshot, target).deleteExtraneous(true).build();
        SnapshotException[] refusal = new SnapshotException[1];
        assertThatExceptionOfType(SnapshotException.class)
                .isThrownBy(() -> fixture.service.restoreSnapshot(request))
                .satisfies(refused -> refusal[0] = refused);
        assertThat(TreeListing.of(directory)).isEqualTo(before);
        return refusal[0];
    }

    private void assertUnsafe(Consumer<List<WorkspaceEntry>> change) throws IOException {
        assertThat(assertRefused(change))
                .isInstanceOfSatisfying(
                        WorkspaceException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(WorkspaceException.Reason.UNSAFE_PATH));
    }

    /** Puts an entry where walk order wants it. */
    private static void insert(List<WorkspaceEntry> entries, WorkspaceEntry added) {
        int place = 0;
        while (place < entries.size() && entries.get(place).path().compareTo(added.path()) < 0) {
            place++;
        }
        entries.add(place, added);
    }

    @Test
    void anUntouchedManifestWrittenAnewIsRestored() throws IOException {
        CraftedSnapshot.rewrite(fixture.store, snapshot, entries -> {});
        fixture.restore(snapshot, target);
        assertThat(target.resolve("sub/file")).hasContent("from the snapshot");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "..",
                "../evil",
                "/evil",
                "/etc/evil",
                "sub/..",
                "sub/../../evil",
                "sub/.",
                ".",
                "./evil",
                "sub//evil",
                "sub/",
                "sub/evil\0",
                "\0",
                "file/below-a-file",
                "missing/below-nothing",
                ".gpusnapshot-restore",
                ".gpusnapshot-abcdefgh-1.part",
                "sub/.gpusnapshot-abcdefgh-1.part"
            })
    void pathsThatLeadElsewhere(String path) throws IOException {
        assertUnsafe(entries -> insert(entries, CraftedSnapshot.emptyFile(RawPath.of(path))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../evil", "/evil", "sub/../../evil", "..", ".gpusnapshot-restore"})
    void directoriesThatLeadElsewhere(String path) throws IOException {
        assertUnsafe(entries -> insert(entries, CraftedSnapshot.directory(RawPath.of(path))));
    }

    @Test
    void aFileBelowALinkOfTheSnapshot() throws IOException {
        RawPath outside = RawPath.of(directory.toString());
        assertUnsafe(entries -> {
            insert(entries, CraftedSnapshot.symlink(RawPath.of("link"), outside));
            insert(entries, CraftedSnapshot.emptyFile(RawPath.of("link/evil")));
        });
    }

    @Test
    void aNameThatIsALinkAndADirectory() throws IOException {
        RawPath outside = RawPath.of(directory.toString());
        DataIntegrityException refused = (DataIntegrityException) assertRefused(entries -> {
            insert(entries, CraftedSnapshot.symlink(RawPath.of("link"), outside));
            insert(entries, CraftedSnapshot.directory(RawPath.of("link")));
            insert(entries, CraftedSnapshot.emptyFile(RawPath.of("link/evil")));
        });
        assertThat(refused).hasMessageContaining("walk order");
    }

    @Test
    void aLinkWithNulInItsTarget() throws IOException {
        SnapshotException refused = assertRefused(
                entries -> insert(entries, CraftedSnapshot.symlink(RawPath.of("link"), RawPath.of("a\0b"))));
        assertThat(refused).hasMessageContaining("NUL");
    }

    @Test
    void anExtentBeyondTheFile() throws IOException {
        SnapshotException refused = assertRefused(entries -> entries.replaceAll(entry -> entry.type() == EntryType.FILE
                ? entry.withContent(new FileContent(1, entry.content().extents(), OptionalLong.empty(), false))
                : entry));
        assertThat(refused).hasMessageContaining("out of bounds");
    }

    @Test
    void aHardLinkReachesNothingButFilesOfTheSnapshot() throws IOException {
        Path outside = Workspaces.write(directory.resolve("outside"), "mine".getBytes(UTF_8));
        Files.delete(target.resolve("file"));
        Files.createSymbolicLink(target.resolve("file"), outside);
        CraftedSnapshot.rewrite(
                fixture.store,
                snapshot,
                entries -> entries.replaceAll(
                        entry -> entry.type() == EntryType.FILE ? entry.withContent(linked(entry.content())) : entry));
        fixture.restore(snapshot, target);
        assertThat(outside).hasContent("mine");
        assertThat(target.resolve("sub/file")).hasContent("from the snapshot");
    }

    private static FileContent linked(FileContent content) {
        return new FileContent(content.sizeBytes(), content.extents(), OptionalLong.of(7), false);
    }
}
