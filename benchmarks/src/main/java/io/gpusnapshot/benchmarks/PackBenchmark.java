package io.gpusnapshot.benchmarks;

import io.gpusnapshot.codec.CodecRegistry;
import io.gpusnapshot.internal.chunk.EncodedChunk;
import io.gpusnapshot.internal.chunk.PackWriter;
import io.gpusnapshot.internal.concurrent.BufferPool;
import io.gpusnapshot.internal.format.ChunkId;
import io.gpusnapshot.internal.format.StoredChunk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
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

/** Laying encoded chunks into packs of 32 MiB, footers included, in room that is free again as soon as a pack is full. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@OperationsPerInvocation(Content.CHUNK_MIB)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class PackBenchmark {
    private static final int PACK_BYTES = 32 << 20;
    private static final int SEGMENT_BYTES = 4 << 20;
    private static final int SEGMENTS = 48;

    private final SplittableRandom random = new SplittableRandom(42);
    private final ByteBuffer stored = Content.NOISE.chunk();
    private final BufferPool segments = new BufferPool(SEGMENT_BYTES, SEGMENTS);
    private final PackWriter packs = new PackWriter(
            SampleManifest.ID, segments, PACK_BYTES, (key, buffers) -> buffers.forEach(segments::release));

    @Benchmark
    public StoredChunk append() throws IOException, InterruptedException {
        ChunkId id = new ChunkId(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
        EncodedChunk chunk =
                new EncodedChunk(id, Content.CHUNK_BYTES, CodecRegistry.NONE, Optional.of(stored), random.nextInt());
        return packs.append(chunk, stored);
    }
}
