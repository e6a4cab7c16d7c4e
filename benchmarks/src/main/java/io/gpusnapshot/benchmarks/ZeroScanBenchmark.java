package io.gpusnapshot.benchmarks;

import io.gpusnapshot.internal.chunk.ZeroScanKernel;
import java.nio.ByteBuffer;
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
import org.openjdk.jmh.annotations.Warmup;

/** The search for blocks of zeros in a chunk, as a restore does it before it writes. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@OperationsPerInvocation(Content.CHUNK_MIB)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class ZeroScanBenchmark {
    @Param({"ZEROS", "BF16"})
    private Content content = Content.ZEROS;

    private ByteBuffer chunk = ByteBuffer.allocate(0);

    /** Makes the chunk. */
    @Setup
    public void fill() {
        chunk = content.chunk();
    }

    @Benchmark
    public int countZeroBlocks() {
        int zeroBlocks = 0;
        for (int start = 0; start < chunk.limit(); start += ZeroScanKernel.BLOCK_BYTES) {
            zeroBlocks += ZeroScanKernel.isZero(chunk, start, start + ZeroScanKernel.BLOCK_BYTES) ? 1 : 0;
        }
        return zeroBlocks;
    }
}
