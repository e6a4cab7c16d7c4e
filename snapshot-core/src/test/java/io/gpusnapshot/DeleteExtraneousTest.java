package io.gpusnapshot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.gpusnapshot.model.RestoreInfo;
import io.gpusnapshot.model.SnapshotInfo;
import io.gpusnapshot.testing.SeededRandom;
import io.gpusnapshot.testing.TreeListing;
import io.gpusnapshot.testing.Workspaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Told to, a restore deletes from the target what the snapshot does not have, and nothing else. */
class DeleteExtraneousTest {
    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    private ServiceFixture fixture;
    private Path source;
    private Path target;
    private SnapshotInfo snapshot;

    @BeforeEach
    void restoreOnce(@TempDir Path directory) throws IOException {
        fixture = new ServiceFixture();
        source = Files.createDirectory(directory.resolve("source"));
        target = directory.resolve("target");
        snapshot = fixture.create(Workspaces.mixed(source, random));
        fixture.restore(snapshot.id(), target);
    }

    @AfterEach
    void close() throws IOException {
        fixture.close();
    }

    private RestoreInfo restoreAndDelete() throws IOException {
        RestoreInfo restored = fixture.service.restoreSnapshot(RestoreRequest.builder(snapshot.id(), target)
                .deleteExtraneous(true)
                .build());
        assertThat(TreeListing.of(target)).isEqualTo(TreeListing.of(source));
        return restored;
    }

    @Test
    void nothingIsDeletedFromAnEqualTree() throws IOException {
        assertThat(restoreAndDelete().entriesDeleted()).isZero();
    }

    @Test
    void filesAndFullDirectoriesGo() throws IOException {
        Workspaces.write(target.resolve("more/of/this"), "x".getBytes(UTF_8));
        Workspaces.write(target.resolve("weights/another"), "x".getBytes(UTF_8));
        Workspaces.write(target.resolve("empty/directory/filled"), "x".getBytes(UTF_8));
        RestoreInfo restored = restoreAndDelete();
        assertThat(restored.entriesDeleted()).isEqualTo(5);
        assertThat(restored.bytesFetched()).isZero();
    }

    @Test
    void linksGoButNotWhatTheyPointTo() throws IOException {
        Path outside = target.resolveSibling("outside");
        Path file = Workspaces.write(outside.resolve("file"), "mine".getBytes(UTF_8));
        SortedMap<String, String> before = TreeListing.of(outside);
        Files.createSymbolicLink(target.resolve("out"), outside);
        Files.createDirectory(target.resolve("more"));
        Files.createSymbolicLink(target.resolve("more/out"), outside);
        Files.createSymbolicLink(target.resolve("more/file"), file);
        restoreAndDelete();
        assertThat(TreeListing.of(outside)).isEqualTo(before);
    }

    @Test
    void namesOfAnyBytesGo() throws IOException {
        for (String name : new String[] {"%FF%FE", "a%0Ab", "-rf", "%20", "*", "%5C", "caf%C3%A9", "caf%E9-%FF%02"}) {
            Workspaces.write(Workspaces.childOfBytes(target, name), "x".getBytes(UTF_8));
            Files.createDirectories(Workspaces.childOfBytes(target.resolve("more"), name));
        }
        assertThat(restoreAndDelete().entriesDeleted()).isEqualTo(17);
    }

    @Test
    void aNameThatDiffersInCaseOnlyGoes() throws IOException {
        Workspaces.write(target.resolve("EMPTY.txt"), "x".getBytes(UTF_8));
        assertThat(restoreAndDelete().entriesDeleted()).isEqualTo(1);
    }

    @Test
    void aSelectionCannotBeCombinedWithDeletion() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RestoreRequest.builder(snapshot.id(), target)
                        .only("weights/")
                        .deleteExtraneous(true)
                        .build())
                .withMessageContaining("deleteExtraneous");
    }

    @Test
    void aPrioritySelectionDoesNotChangeWhatIsDeleted() throws IOException {
        Workspaces.write(target.resolve("weights/another"), "x".getBytes(UTF_8));
        Workspaces.write(target.resolve("code/another"), "x".getBytes(UTF_8));
        RestoreInfo restored = fixture.service.restoreSnapshot(RestoreRequest.builder(snapshot.id(), target)
                .first("weights/")
                .deleteExtraneous(true)
                .build());
        assertThat(restored.entriesDeleted()).isEqualTo(2);
        assertThat(TreeListing.of(target)).isEqualTo(TreeListing.of(source));
    }
}
