package io.gpusnapshot.benchmarks;

import io.gpusnapshot.internal.chunk.ContentCutter;
import java.nio.ByteBuffer;
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

/** The search for cuts by content, over a chunk's worth of bytes that are cut into chunks a quarter as long at most. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@OperationsPerInvocation(Content.CHUNK_MIB)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class ContentCutterBenchmark {
    private final ByteBuffer data = Content.BF16.chunk();
    private final ContentCutter cutter = new ContentCutter(data.remaining() / 4);

    @Benchmark
    public int cut() {
        ByteBuffer rest = data.duplicate();
        int chunks = 0;
        while (rest.hasRemaining()) {
            rest.position(rest.position() + cutter.cut(rest));
            chunks++;
        }
        return chunks;
    }
}
