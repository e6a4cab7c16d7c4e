package io.gpusnapshot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gpusnapshot.error.WorkspaceException;
import io.gpusnapshot.internal.posix.PosixCalls;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.model.SnapshotInfo;
import io.gpusnapshot.testing.Workspaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What of a workspace becomes part of a snapshot, and what cannot be a workspace. */
class WorkspaceSelectionTest {
    private static final String TAG = "Signature: 8a477f597d28d172789f06886806bc55\n# a cache\n";

    private final PosixCalls posix = PosixCalls.ofPlatform();
    private ServiceFixture fixture;
    private Path source;

    @BeforeEach
    void open(@TempDir Path directory) throws IOException {
        fixture = new ServiceFixture();
        // So that another user can get here.
        posix.setMode(directory, 0755);
        source = Files.createDirectory(directory.resolve("source"));
    }

    @AfterEach
    void close() throws IOException {
        fixture.close();
    }

    private void fill(String... names) throws IOException {
        for (String name : names) {
            Workspaces.write(source.resolve(name), name.getBytes(UTF_8));
        }
    }

    private Set<String> filesExcluding(String... patterns) throws IOException {
        CreateRequest.Builder request = fixture.request(source);
        for (String pattern : patterns) {
            request.exclude(pattern);
        }
        return files(fixture.service.createSnapshot(request.build()).id());
    }

    private Set<String> files(SnapshotId snapshot) throws IOException {
        Set<String> names = new TreeSet<>();
        fixture.service.readEntries(snapshot, entry -> {
            if (entry.content().sizeBytes() > 0) {
                names.add(entry.path().toString());
            }
        });
        return names;
    }

    @Test
    void aPatternWithoutASlashMatchesAtAnyDepth() throws IOException {
        fill("a.log", "x/a.log", "x/y/a.log", "a.txt");
        assertThat(filesExcluding("*.log")).containsExactly("a.txt");
    }

    @Test
    void aPatternWithASlashIsAnchored() throws IOException {
        fill("build/out", "x/build/out", "x/docs/a", "docs/a");
        assertThat(filesExcluding("/build", "docs/a")).containsExactly("x/build/out", "x/docs/a");
    }

    @Test
    void aSlashAtTheEndMatchesDirectoriesOnly() throws IOException {
        fill("cache", "x/cache/a", "x/cache/b/c", "x/d");
        assertThat(filesExcluding("cache/")).containsExactly("cache", "x/d");
    }

    @Test
    void twoStarsSpanDirectories() throws IOException {
        fill("a/x/y/deep", "a/deep", "b/deep", "a/x/kept");
        assertThat(filesExcluding("a/**/deep")).containsExactly("a/x/kept", "b/deep");
        assertThat(filesExcluding("a/**")).containsExactly("b/deep");
        assertThat(filesExcluding("**/x/**")).containsExactly("a/deep", "b/deep");
    }

    @Test
    void aLaterPatternTakesBackIn() throws IOException {
        fill("a.bin", "keep.bin", "x/keep.bin");
        assertThat(filesExcluding("*.bin", "!keep.bin")).containsExactly("keep.bin", "x/keep.bin");
        assertThat(filesExcluding("!keep.bin", "*.bin")).isEmpty();
    }

    @Test
    void nothingInAnExcludedDirectoryIsTakenBackIn() throws IOException {
        fill("x/keep", "x/drop", "y");
        assertThat(filesExcluding("x", "!x/keep")).containsExactly("y");
        assertThat(filesExcluding("x/*", "!x/keep")).containsExactly("x/keep", "y");
    }

    @Test
    void aPatternThatIsNoneIsRefusedBeforeAnythingIsDone() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> fixture.request(source).exclude("[a").build())
                .withMessageContaining("[a");
    }

    @Test
    void ofACacheOnlyTheTagIsTaken() throws IOException {
        fill("cache/data", "cache/deep/data", "other/data");
        Workspaces.write(source.resolve("cache/CACHEDIR.TAG"), TAG.getBytes(UTF_8));
        Workspaces.write(source.resolve("other/CACHEDIR.TAG"), "no signature".getBytes(UTF_8));
        assertThat(filesExcluding()).containsExactly("cache/CACHEDIR.TAG", "other/CACHEDIR.TAG", "other/data");
        SnapshotInfo all = fixture.service.createSnapshot(
                fixture.request(source).honorCacheTags(false).build());
        assertThat(files(all.id())).contains("cache/data", "cache/deep/data");
    }

    @Test
    void whatARestoreHasLeftIsReportedOrLeftOut() throws IOException {
        fill("data", ".gpusnapshot-restore", "x/.gpusnapshot-aaaaaaaa-1.part", "x/.gpusnapshot-restore");
        assertThat(filesExcluding()).containsExactly("data", "x/.gpusnapshot-restore");
        assertThat(fixture.warnings()).singleElement().asString().contains("restore", "not finished");
    }

    @Test
    void otherFileSystemsAreLeftOutUnlessAskedFor() throws Exception {
        fill("data");
        Path mountPoint = Files.createDirectory(source.resolve("mounted"));
        assumeTrue(run("mount", "-t", "tmpfs", "tmpfs", mountPoint.toString()), "this user cannot mount a tmpfs");
        try {
            fill("mounted/inside");
            assertThat(filesExcluding()).containsExactly("data");
            assertThat(fixture.warnings()).singleElement().asString().contains("mounted", "another file system");
            SnapshotInfo all = fixture.service.createSnapshot(
                    fixture.request(source).oneFileSystem(false).build());
            assertThat(files(all.id())).containsExactly("data", "mounted/inside");
        } finally {
            assertThat(run("umount", mountPoint.toString())).isTrue();
        }
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command);
        return builder.redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }

    @Test
    void whatMayNotBeReadIsReportedByNameAndTheRestIsTaken() throws Exception {
        fill("data", "secret", "x/closed/inside");
        fixture.create(source);
        posix.setMode(source.resolve("secret"), 0);
        posix.setMode(source.resolve("x/closed"), 0);
        byte[] content = "x".repeat(2 * ServiceFixture.CHUNK_BYTES).getBytes(UTF_8);
        posix.setMode(Workspaces.write(source.resolve("large-secret"), content), 0);
        SnapshotInfo snapshot = OtherUser.call(() -> fixture.create(source));
        assertThat(files(snapshot.id())).containsExactly("data");
        assertThat(snapshot.filesSkipped()).isEqualTo(3);
        assertThat(fixture.warnings())
                .hasSize(3)
                .allMatch(warning -> warning.contains("permission denied"))
                .anyMatch(warning -> warning.startsWith("secret: "))
                .anyMatch(warning -> warning.startsWith("large-secret: "))
                .anyMatch(warning -> warning.startsWith("x/closed: "));
        posix.setMode(source.resolve("x/closed"), 0755);
    }

    @Test
    void aWorkspaceThatMayNotBeReadIsRefusedBeforeAnythingIsStored() throws Exception {
        fill("data");
        posix.setMode(source, 0);
        WorkspaceException refusal = OtherUser.call(() -> refusal(source));
        posix.setMode(source, 0755);
        assertThat(refusal).hasMessageContaining("may not be read");
    }

    @Test
    void aWorkspaceThatDoesNotExistIsRefusedBeforeAnythingIsStored() throws IOException {
        assertThat(refusal(source.resolve("missing"))).hasMessageContaining("does not exist");
    }

    @Test
    void aWorkspaceThatIsAFileIsRefusedBeforeAnythingIsStored() throws IOException {
        fill("file");
        assertThat(refusal(source.resolve("file"))).hasMessageContaining("is a file");
    }

    private WorkspaceException refusal(Path workspace) throws IOException {
        WorkspaceException refusal = assertThatExceptionOfType(WorkspaceException.class)
                .isThrownBy(() -> fixture.create(workspace))
                .withMessageContaining(workspace.toString())
                .actual();
        assertThat(refusal.reason()).isEqualTo(WorkspaceException.Reason.UNREADABLE);
        assertThat(StoredObjects.keys(fixture.store, "")).isEmpty();
        return refusal;
    }
}
