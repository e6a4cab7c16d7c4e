package io.gpusnapshot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.internal.posix.PosixCalls;
import io.gpusnapshot.model.ExtendedAttribute;
import io.gpusnapshot.model.RawPath;
import io.gpusnapshot.testing.SeededRandom;
import io.gpusnapshot.testing.TreeListing;
import io.gpusnapshot.testing.Workspaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Without native calls everything comes back but what the warning says. */
class PortableCallsRestoreTest {
    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    private final ForkedJvm jvm = new ForkedJvm().option("-Dgpusnapshot.portable=true");
    private Path repository;
    private Path source;
    private Path target;

    @BeforeEach
    void open(@TempDir Path directory) throws IOException {
        repository = directory.resolve("repository");
        source = Files.createDirectory(directory.resolve("source"));
        target = directory.resolve("target");
    }

    private String create() throws Exception {
        String output = jvm.run(ForkedService.class, "create", repository.toString(), source.toString())
                .requireSuccess();
        return output.substring(output.lastIndexOf('\n') + 1);
    }

    private String restore(String id, String... options) throws Exception {
        String[] arguments = {"restore", repository.toString(), id, target.toString(), "", ""};
        System.arraycopy(options, 0, arguments, 4, options.length);
        return jvm.run(ForkedService.class, arguments).requireSuccess();
    }

    /** The time of a symbolic link is kept to the microsecond only. */
    private static SortedMap<String, String> withoutLinkTimes(Path root) throws IOException {
        SortedMap<String, String> listing = new TreeMap<>(TreeListing.of(root));
        listing.replaceAll((name, line) -> line.contains(" -> ") ? line.replaceFirst("\\.\\d+Z", "") : line);
        return listing;
    }

    @Test
    void aMixedWorkspaceComesBackWithAWarning() throws Exception {
        PosixCalls posix = PosixCalls.ofPlatform();
        Workspaces.mixed(source, random);
        posix.setMode(source.resolve("weights/model.bin"), 04711);
        posix.setMode(source.resolve("code/package1"), 03755);
        posix.setModified(source.resolve("code/package2"), Instant.ofEpochSecond(1_000_000_000, 987_654_321));
        posix.writeAttribute(
                source.resolve("code"), new ExtendedAttribute(RawPath.of("user.note"), "x".getBytes(UTF_8)));
        assertThat(restore(create())).contains("no native calls");
        assertThat(withoutLinkTimes(target)).isEqualTo(withoutLinkTimes(source));
    }

    @Test
    void aSecondRestoreFetchesNothingAndDeletesWhatIsExtraneous() throws Exception {
        Workspaces.mixed(source, random);
        String id = create();
        restore(id);
        Workspaces.write(target.resolve("weights/more"), new byte[1]);
        assertThat(restore(id, "--delete")).endsWith("\n0");
        assertThat(withoutLinkTimes(target)).isEqualTo(withoutLinkTimes(source));
    }

    @Test
    void sparseFilesKeepTheirContent() throws Exception {
        Workspaces.sparse(source.resolve("file"), 8 << 20, random.nextBytes(100), 0, 4 << 20);
        Workspaces.sparse(source.resolve("hole"), 8 << 20, new byte[0]);
        restore(create());
        assertThat(TreeListing.of(target)).isEqualTo(TreeListing.of(source));
    }
}
