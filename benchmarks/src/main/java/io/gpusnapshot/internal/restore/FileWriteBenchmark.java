package io.gpusnapshot.internal.restore;

import io.gpusnapshot.benchmarks.Content;
import io.gpusnapshot.model.ChangeStamp;
import io.gpusnapshot.model.EntryMetadata;
import io.gpusnapshot.model.EntryType;
import io.gpusnapshot.model.Extent;
import io.gpusnapshot.model.FileContent;
import io.gpusnapshot.model.RawPath;
import io.gpusnapshot.model.WorkspaceEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Writing chunks to their places in a file that is being restored, with the look for zeros that goes before; an operation
 * is a MiB. The file is in the page cache, and its pages are there already.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@OperationsPerInvocation(Content.CHUNK_MIB)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class FileWriteBenchmark {
    private static final int CHUNKS = 64;

    /** Where the file is; a directory of its own is made there, and removed. */
    @Param("/dev/shm")
    public String parent = "";

    private final ByteBuffer chunk = Content.NOISE.chunk();
    private Path directory = Path.of("");
    private Path part = Path.of("");
    private TargetFile file = target(part);
    private int next;

    private static TargetFile target(Path part) {
        FileContent content =
                new FileContent((long) CHUNKS * Content.CHUNK_BYTES, List.of(extent(0)), OptionalLong.empty(), false);
        DirectoryNode root = new DirectoryNode(null, entry(EntryType.DIRECTORY, FileContent.NOTHING), part, true);
        return new TargetFile(entry(EntryType.FILE, content), root, part, part, Optional.empty(), false);
    }

    private static WorkspaceEntry entry(EntryType type, FileContent content) {
        EntryMetadata metadata = new EntryMetadata(0700, 0, 0, Instant.EPOCH, List.of());
        return new WorkspaceEntry(
                RawPath.ROOT, type, metadata, new ChangeStamp(Instant.EPOCH, 1), content, Optional.empty());
    }

    private static Extent extent(int number) {
        return new Extent((long) number * Content.CHUNK_BYTES, 0, 0, Content.CHUNK_BYTES);
    }

    /** Writes the whole file once. */
    @Setup
    public void open() throws IOException {
        directory = Files.createTempDirectory(Path.of(parent), "gpu-snapshot-write-");
        part = directory.resolve("part");
        file = target(part);
        for (int i = 0; i < CHUNKS; i++) {
            write();
        }
    }

    @Benchmark
    public void write() throws IOException {
        file.write(extent(next), chunk.duplicate());
        next = (next + 1) % CHUNKS;
    }

    @TearDown
    public void remove() throws IOException {
        Files.delete(part);
        Files.delete(directory);
    }
}
