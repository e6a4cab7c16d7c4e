package io.gpusnapshot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.gpusnapshot.internal.posix.PosixCalls;
import io.gpusnapshot.internal.posix.UnixAttributes;
import io.gpusnapshot.model.RestoreInfo;
import io.gpusnapshot.model.SnapshotEvent;
import io.gpusnapshot.model.SnapshotInfo;
import io.gpusnapshot.testing.SeededRandom;
import io.gpusnapshot.testing.TreeListing;
import io.gpusnapshot.testing.Workspaces;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A restore of selected paths, and of some paths before others. */
class SelectiveRestoreTest {
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
        Workspaces.mixed(source, random);
    }

    @AfterEach
    void close() throws IOException {
        fixture.close();
    }

    private static RestoreRequest.Builder request(SnapshotInfo snapshot, Path target) {
        return RestoreRequest.builder(snapshot.id(), target);
    }

    private RestoreInfo restore(RestoreRequest.Builder request) throws IOException {
        return fixture.service.restoreSnapshot(request.build());
    }

    /** Compares all but the root, which a restore of a part leaves as it is. */
    private void assertTargetHas(Predicate<String> path) throws IOException {
        SortedMap<String, String> expected = new TreeMap<>(TreeListing.of(source));
        expected.keySet().removeIf(path.negate());
        SortedMap<String, String> actual = new TreeMap<>(TreeListing.of(target));
        actual.remove("");
        assertThat(actual).isEqualTo(expected);
    }

    @Test
    void aDirectoryComesBackWithEverythingInIt() throws IOException {
        SnapshotInfo snapshot = fixture.create(source);
        RestoreInfo restored = restore(request(snapshot, target).only("/code/package1/"));
        assertTargetHas(path -> path.equals("/code") || path.startsWith("/code/package1"));
        assertThat(restored.files()).isEqualTo(10);
        assertThat(restored.bytesFetched()).isLessThan(snapshot.bytesStored());
    }

    @Test
    void parentsOfSelectedFilesGetTheirMetadata() throws IOException {
        posix.setModified(source.resolve("code/package2"), Instant.ofEpochSecond(1_000_000_000));
        posix.setModified(source.resolve("code"), Instant.ofEpochSecond(1_000_000_001));
        posix.setMode(source.resolve("code"), 0711);
        SnapshotInfo snapshot = fixture.create(source);
        restore(request(snapshot, target).only("module2.py"));
        assertTargetHas(path -> path.matches("/code(/package2(/module2.py)?)?"));
    }

    @Test
    void parentsThatWereMadeForTheFirstRoundGetTheirMetadataToo() throws IOException {
        posix.setMode(source.resolve("code"), 0711);
        SnapshotInfo snapshot = fixture.create(source);
        restore(request(snapshot, target).only("module2.py").first("*.py"));
        assertTargetHas(path -> path.matches("/code(/package2(/module2.py)?)?"));
    }

    @Test
    void parentsThatStoodBeforeKeepTheirMode() throws IOException {
        SnapshotInfo snapshot = fixture.create(source);
        posix.setMode(Files.createDirectories(target.resolve("code")), 0711);
        restore(request(snapshot, target).only("module2.py"));
        assertThat(UnixAttributes.read(target.resolve("code")).mode()).isEqualTo(0711);
    }

    @Test
    void patternsSelectAndDeselect() throws IOException {
        SnapshotInfo snapshot = fixture.create(source);
        restore(request(snapshot, target).only("*.py").only("!module1*.py"));
        assertTargetHas(path -> path.startsWith("/code") && !path.matches(".*/module1.*\\.py"));
    }

    @Test
    void namesThatAreNotTextCanBeSelected() throws IOException {
        SnapshotInfo snapshot = fixture.create(source);
        restore(request(snapshot, target).only("caf*"));
        assertTargetHas(path -> path.startsWith("/caf"));
    }

    @Test
    void aHardLinkComesAloneWhenItsOtherNamesAreNotSelected() throws IOException {
        SnapshotInfo snapshot = fixture.create(source);
        restore(request(snapshot, target).only("/zz-hard-link"));
        assertThat(target.resolve("zz-hard-link")).hasSameBinaryContentAs(source.resolve("weights/second.bin"));
        assertThat(UnixAttributes.read(target.resolve("zz-hard-link")).linkCount())
                .isEqualTo(1);
    }

    @Test
    void namesThatFollowLaterAreLinkedToTheFirstOne() throws IOException {
        SnapshotInfo snapshot = fixture.create(source);
        restore(request(snapshot, target).only("/zz-hard-link"));
        RestoreInfo restored = restore(request(snapshot, target));
        assertThat(TreeListing.of(target)).isEqualTo(TreeListing.of(source));
        assertThat(restored.bytesFetched()).isLessThan(snapshot.bytesStored());
    }

    @Test
    void aSelectionThatMatchesNothingIsRefused() throws IOException {
        SnapshotInfo snapshot = fixture.create(source);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> restore(request(snapshot, target).only("no-such-file")))
                .withMessageContaining(snapshot.id().value());
        assertThat(target).doesNotExist();
    }

    @Test
    void progressCountsWhatIsSelectedAndNothingElse() throws IOException {
        SnapshotInfo snapshot = fixture.create(source);
        restore(request(snapshot, target)
                .only("code/package3/*.py")
                .only("weights/")
                .first("code/package3/module39.py"));
        SnapshotEvent.Progress last = fixture.events.stream()
                .filter(SnapshotEvent.Progress.class::isInstance)
                .map(SnapshotEvent.Progress.class::cast)
                .reduce((former, latter) -> latter)
                .orElseThrow();
        assertThat(last.entries()).isEqualTo(last.totalEntries().orElseThrow());
        assertThat(last.bytes()).isEqualTo(last.totalBytes().orElseThrow());
    }

    @Test
    void whatComesFirstStandsBeforeTheRestBegins() throws IOException {
        Set<String> between = ConcurrentHashMap.newKeySet();
        try (GPUSnapshotService service = GPUSnapshotService.builder()
                .storage(fixture.store)
                .listener(event -> {
                    if (event instanceof SnapshotEvent.Progress progress
                            && progress.phase().equals("restore-rest")) {
                        between.addAll(namesIn(target));
                    }
                })
                .build()) {
            SnapshotInfo snapshot = fixture.create(source);
            service.restoreSnapshot(request(snapshot, target)
                    .first("zz-hard-link")
                    .first("code/")
                    .build());
        }
        assertThat(between)
                .contains("/zz-hard-link", "/code/package3/module39.py")
                .doesNotContain("/weights/second.bin", "/weights/model.bin", "/link", "/empty.txt");
        assertThat(TreeListing.of(target)).isEqualTo(TreeListing.of(source));
    }

    private static Set<String> namesIn(Path root) {
        try {
            return TreeListing.of(root).keySet();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @Test
    void aPriorityThatMatchesNothingChangesNothing() throws IOException {
        SnapshotInfo snapshot = fixture.create(source);
        restore(request(snapshot, target).first("no-such-file"));
        assertThat(TreeListing.of(target)).isEqualTo(TreeListing.of(source));
    }

    @Test
    void filesOutsideTheSelectionAreLeftAlone() throws IOException {
        SnapshotInfo snapshot = fixture.create(source);
        Workspaces.write(target.resolve("weights/model.bin"), "mine".getBytes(UTF_8));
        Workspaces.write(target.resolve("code/notes"), "mine".getBytes(UTF_8));
        restore(request(snapshot, target).only("*.py"));
        assertThat(target.resolve("weights/model.bin")).hasContent("mine");
        assertThat(target.resolve("code/notes")).hasContent("mine");
    }
}
