package io.gpusnapshot.benchmarks;

import io.gpusnapshot.internal.format.ChunkId;
import io.gpusnapshot.internal.format.Digests;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The two digests of the format, over a chunk in a direct buffer. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@OperationsPerInvocation(Content.CHUNK_MIB)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class DigestBenchmark {
    private final ByteBuffer chunk = Content.BF16.chunk();
    private final MessageDigest digest = Digests.sha256();

    @Benchmark
    public ChunkId sha256() {
        return Digests.chunkId(digest, chunk);
    }

    @Benchmark
    public int crc32c() {
        return Digests.crc32c(chunk);
    }
}
