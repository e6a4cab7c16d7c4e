package io.gpusnapshot.golden;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gpusnapshot.CreateRequest;
import io.gpusnapshot.GPUSnapshotService;
import io.gpusnapshot.internal.posix.PosixCalls;
import io.gpusnapshot.model.ExtendedAttribute;
import io.gpusnapshot.model.RawPath;
import io.gpusnapshot.model.SnapshotInfo;
import io.gpusnapshot.storage.StorageConfig;
import io.gpusnapshot.testing.Workspaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Makes the golden repository of the current format version. No ordinary build runs it; for a new version, as root on a
 * file system with user attributes, run
 *
 * <pre>
 * mvn -pl snapshot-compression -am test -Dtest=GoldenMaker -Dsurefire.failIfNoSpecifiedTests=false \
 *     -Dgolden.directory=$PWD/snapshot-compression/src/test/resources/golden/v2
 * </pre>
 *
 * and commit what it leaves: {@code repository}, and of each snapshot what a restore must bring back.
 */
class GoldenMaker {
    private static final int CHUNK_BYTES = 64 << 10;

    private final PosixCalls posix = PosixCalls.ofPlatform();
    private final Random random = new Random(1);
    /** Ahead of the files, so that none of them is too young for its times to be relied upon. */
    private final Clock clock = Clock.offset(Clock.systemUTC(), Duration.ofHours(1));

    @Test
    void make(@TempDir Path directory) throws IOException {
        String target = System.getProperty("golden.directory", "");
        assumeTrue(!target.isEmpty(), "needs -Dgolden.directory");
        Path golden = Files.createDirectories(Path.of(target));
        Path workspace = Files.createDirectory(directory.resolve("workspace"));
        fill(workspace);
        try (GPUSnapshotService service = GPUSnapshotService.builder()
                .storage(StorageConfig.file(golden.resolve("repository")))
                .clock(clock)
                .build()) {
            take(service, workspace, "auto", golden.resolve("first.txt"));
            addMore(workspace);
            take(service, workspace, "none", golden.resolve("second.txt"));
        }
    }

    private void fill(Path root) throws IOException {
        write(root.resolve("README.txt"), "A tiny workspace.\n".getBytes(UTF_8));
        write(root.resolve("bin/tool"), "#!/bin/sh\necho hello\n".getBytes(UTF_8));
        write(
                root.resolve("data/lines.log"),
                "one of many lines that are all alike\n".repeat(4000).getBytes(UTF_8));
        write(root.resolve("data/random.bin"), randomBytes(20_000));
        Workspaces.sparse(root.resolve("data/sparse.bin"), 300_000, randomBytes(100), 10, 200_000);
        Workspaces.sparse(root.resolve("data/hole.bin"), 100_000, new byte[0]);
        write(root.resolve("empty.txt"), new byte[0]);
        Files.createDirectory(root.resolve("empty-directory"));
        write(Workspaces.childOfBytes(root, "na%C3%AFve%20%E2%98%83.txt"), "UTF-8 name\n".getBytes(UTF_8));
        write(Workspaces.childOfBytes(root, "caf%E9-%FF%01"), "a name that is not UTF-8\n".getBytes(UTF_8));
        Path odd = Files.createDirectory(Workspaces.childOfBytes(root, "%FE"));
        write(odd.resolve("inside"), "in a directory that is not UTF-8\n".getBytes(UTF_8));
        Files.createSymbolicLink(root.resolve("link"), Path.of("data/random.bin"));
        Files.createSymbolicLink(root.resolve("dangling"), Path.of("/nowhere/at/all"));
        Files.createSymbolicLink(root.resolve("odd-link"), Workspaces.childOfBytes(Path.of(""), "%80%81"));
        Files.createLink(root.resolve("hard-link"), root.resolve("README.txt"));
        Files.createLink(root.resolve("data/large-hard-link"), root.resolve("data/random.bin"));
        setMetadata(root);
    }

    private void setMetadata(Path root) throws IOException {
        Path tool = root.resolve("bin/tool");
        posix.setOwner(tool, 1000, 1001);
        posix.setMode(tool, 04755);
        posix.setMode(root.resolve("empty.txt"), 0400);
        posix.setMode(root.resolve("empty-directory"), 01777);
        posix.writeAttribute(tool, new ExtendedAttribute(RawPath.of("user.note"), "a note".getBytes(UTF_8)));
        posix.writeAttribute(tool, new ExtendedAttribute(RawPath.of("user.bytes"), new byte[] {0, (byte) 0xff}));
        posix.writeAttribute(root.resolve("data"), new ExtendedAttribute(RawPath.of("user.empty"), new byte[0]));
        posix.setModified(root.resolve("README.txt"), Instant.parse("2025-06-07T08:09:10.111213141Z"));
        posix.setModified(root.resolve("empty.txt"), Instant.parse("1969-12-31T23:59:58.999999999Z"));
        posix.setModified(root.resolve("link"), Instant.parse("1955-11-05T06:15:00.7Z"));
        posix.setModified(root.resolve("empty-directory"), Instant.parse("2100-01-01T00:00:00.000000001Z"));
    }

    private void addMore(Path root) throws IOException {
        write(root.resolve("added.txt"), "only in the second snapshot\n".getBytes(UTF_8));
        Files.delete(root.resolve("dangling"));
    }

    private byte[] randomBytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static void write(Path file, byte[] content) throws IOException {
        Workspaces.write(file, content);
    }

    /** Takes a snapshot and writes its id and then a line per entry. */
    private static void take(GPUSnapshotService service, Path workspace, String codec, Path listing)
            throws IOException {
        SnapshotInfo snapshot = service.createSnapshot(CreateRequest.builder()
                .workspace(workspace)
                .instanceId("golden")
                .codec(codec)
                .chunkBytes(CHUNK_BYTES)
                .label("purpose", "golden file")
                .build());
        List<String> lines = new ArrayList<>(GoldenListing.of(workspace));
        lines.add(0, snapshot.summary().id().value());
        Files.write(listing, lines);
    }
}
