package io.gpusnapshot.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gpusnapshot.GPUSnapshotService;
import io.gpusnapshot.RestoreRequest;
import io.gpusnapshot.internal.posix.PosixCalls;
import io.gpusnapshot.internal.posix.RawNames;
import io.gpusnapshot.model.ExtendedAttribute;
import io.gpusnapshot.model.RawPath;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.model.VerifyDepth;
import io.gpusnapshot.model.VerifyReport;
import io.gpusnapshot.storage.StorageConfig;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Snapshots that were stored once and for all, by {@link GoldenMaker}, are restored for ever. */
class GoldenSnapshotTest {
    private final PosixCalls posix = PosixCalls.ofPlatform();
    private final Path target;
    private Path golden = Path.of("");
    private GPUSnapshotService service;

    GoldenSnapshotTest(@TempDir Path folder) throws IOException, URISyntaxException {
        target = folder.resolve("restored");
        golden = Path.of(
                Objects.requireNonNull(getClass().getResource("/golden/v1")).toURI());
        service = open();
    }

    private GPUSnapshotService open() throws IOException {
        return GPUSnapshotService.builder()
                .storage(StorageConfig.file(golden.resolve("repository")))
                .build();
    }

    @AfterEach
    void close() throws IOException {
        service.close();
    }

    @BeforeEach
    void requireNativeCalls() {
        assumeTrue(posix.limitations().isEmpty(), posix::limitations);
    }

    @ParameterizedTest
    @ValueSource(strings = {"first.txt", "second.txt"})
    void goldenSnapshotsComeBackAsTheyWere(String listing) throws IOException {
        List<String> expected = Files.readAllLines(golden.resolve(listing));
        SnapshotId snapshot = new SnapshotId(expected.get(0));
        service.restoreSnapshot(RestoreRequest.of(snapshot, target));
        assumeTrue(hasAttributes(), "the file system of the temporary directory has no user attributes");
        assertThat(comparable(GoldenListing.of(target).stream()))
                .containsExactlyElementsOf(comparable(expected.stream().skip(1)));
        assertLinksAreWhole();
    }

    @ParameterizedTest
    @ValueSource(strings = {"first.txt", "second.txt"})
    void goldenSnapshotsAreSound(String listing) throws IOException {
        SnapshotId snapshot =
                new SnapshotId(Files.readAllLines(golden.resolve(listing)).get(0));
        VerifyReport report = service.verifySnapshot(snapshot, VerifyDepth.DATA);
        assertThat(report.problems()).isEmpty();
        assertThat(report.damagedFiles()).isEmpty();
    }

    private boolean hasAttributes() {
        try {
            posix.writeAttribute(target, new ExtendedAttribute(RawPath.of("user.probe"), new byte[1]));
            posix.removeAttribute(target, RawPath.of("user.probe"));
            // Both have changed no more than the root's change time, which no listing shows.
            return true;
        } catch (IOException unsupported) {
            return false;
        }
    }

    private void assertLinksAreWhole() throws IOException {
        assertThat(Files.isSameFile(target.resolve("README.txt"), target.resolve("hard-link")))
                .isTrue();
        assertThat(Files.isSameFile(target.resolve("data/random.bin"), target.resolve("data/large-hard-link")))
                .isTrue();
        Path oddTarget = Files.readSymbolicLink(target.resolve("odd-link"));
        assertThat(RawNames.bytes(oddTarget)).containsExactly(0x80, 0x81);
    }

    /** Only root can give files away, so others get them all. */
    private List<String> comparable(Stream<String> lines) {
        boolean owners = posix.identity().isSuperuser();
        return lines.map(line -> owners ? line : line.replaceFirst(" \\d+:\\d+ ", " "))
                .toList();
    }
}
