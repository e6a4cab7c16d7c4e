package io.gpusnapshot.benchmarks;

import io.gpusnapshot.codec.Codec;
import io.gpusnapshot.codec.CodecRegistry;
import io.gpusnapshot.error.DataIntegrityException;
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

/** Encoding and decoding of one chunk between direct buffers; {@code none}, which copies, is what to compare with. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@OperationsPerInvocation(Content.CHUNK_MIB)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class CodecBenchmark {
    /** Room for frames that are larger than what they hold. */
    private static final int SURPLUS_BYTES = 64 << 10;

    @Param({"lz4", "zstd", "floats", "none"})
    private String codecId = "none";

    @Param
    private Content content = Content.ZEROS;

    private Codec codec = CodecRegistry.fromClassPath().find("none").orElseThrow();
    private ByteBuffer raw = ByteBuffer.allocate(0);
    private ByteBuffer encoded = ByteBuffer.allocate(0);
    private ByteBuffer target = ByteBuffer.allocate(0);

    /** Makes the chunk and its frame. */
    @Setup
    public void encodeOnce() {
        codec = CodecRegistry.fromClassPath().find(codecId).orElseThrow();
        raw = content.chunk();
        target = ByteBuffer.allocateDirect(Content.CHUNK_BYTES + SURPLUS_BYTES);
        encoded = ByteBuffer.allocateDirect(target.capacity());
        if (!codec.encode(raw, encoded)) {
            throw new IllegalStateException("the frame needs more than " + encoded.capacity() + " bytes");
        }
        encoded.flip();
    }

    @Benchmark
    public boolean encode() {
        return codec.encode(raw, target.clear());
    }

    @Benchmark
    public ByteBuffer decode() throws DataIntegrityException {
        codec.decode(encoded, target.clear().limit(Content.CHUNK_BYTES));
        return target;
    }
}
