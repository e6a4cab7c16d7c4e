package io.gpusnapshot.internal.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gpusnapshot.model.RawPath;
import io.gpusnapshot.testing.Workspaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativePosixCallsTest extends PosixCallsContract {
    @Override
    PosixCalls newCalls() {
        assumeTrue(System.getProperty("os.name").equals("Linux"), "native calls are for Linux");
        return NativePosixCalls.load();
    }

    @Test
    void holesAreSeen(@TempDir Path directory) throws IOException {
        Path sparse = Workspaces.sparse(directory.resolve("sparse"), 4 << 20, new byte[] {1}, 5, 2 << 20);
        List<PosixCalls.DataRegion> regions = newCalls().dataRegions(sparse, 4 << 20);
        assertThat(regions).hasSize(3);
        assertThat(regions.get(0).end()).isLessThan(1 << 20);
    }

    @Test
    void linkTargetsAndOldTimesAreExact(@TempDir Path directory) throws IOException {
        Path link = directory.resolve("link");
        newCalls().createSymlink(link, RawPath.of("a//b/"));
        Instant time = Instant.ofEpochSecond(-7, 123_456_789);
        newCalls().setModified(link, time);
        assertThat(Files.readSymbolicLink(link).toString()).isEqualTo("a//b/");
        assertThat(UnixAttributes.read(link).modified()).isEqualTo(time);
    }

    @Test
    void nothingIsLost(@TempDir Path directory) throws IOException {
        assertThat(newCalls().limitations()).isEmpty();
        try (FileSystemSync sync = newCalls().fileSystemSync(directory).orElseThrow()) {
            sync.sync();
        }
        assertThat(newCalls().freeInodes(directory)).isPresent();
    }
}
