package io.gpusnapshot.codec.floats;

import java.util.SplittableRandom;
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

/**
 * The loops that must become vector code, over the two arrays of a block of bf16; an operation is a MiB. With {@code
 * -XX:-UseSuperWord} they do not, which shows what that is worth.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@OperationsPerInvocation(LaneKernelBenchmark.MEBIBYTES)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class LaneKernelBenchmark {
    /** Blocks are a quarter of one. */
    static final int MEBIBYTES = 4;

    private static final int LANES = FloatsFrame.MAX_BLOCK_BYTES / Long.BYTES / 2;
    private final long[] low = new SplittableRandom(1).longs(LANES).toArray();
    private final long[] high = new SplittableRandom(2).longs(LANES).toArray();

    @Benchmark
    public long[] exchangeBytes() {
        for (int i = 0; i < 4 * MEBIBYTES; i++) {
            LaneKernel.exchangeBytes(low, high, LANES);
        }
        return low;
    }

    @Benchmark
    public long[] exchangePairs() {
        for (int i = 0; i < 4 * MEBIBYTES; i++) {
            LaneKernel.exchangePairs(low, high, LANES);
        }
        return low;
    }

    @Benchmark
    public long[] moveSigns() {
        ElementKind kind = ElementKind.BFLOAT16;
        for (int i = 0; i < 4 * MEBIBYTES; i++) {
            LaneKernel.lowerSigns(low, LANES, kind.signs(), kind.exponents());
            LaneKernel.lowerSigns(high, LANES, kind.signs(), kind.exponents());
        }
        return low;
    }
}
