package io.gpusnapshot.benchmarks;

import io.gpusnapshot.internal.http.ApacheHttpTransport;
import io.gpusnapshot.internal.http.BodyTarget;
import io.gpusnapshot.internal.http.HttpAnswer;
import io.gpusnapshot.internal.http.HttpHandle;
import io.gpusnapshot.internal.http.HttpTransport;
import io.gpusnapshot.storage.ByteRange;
import io.gpusnapshot.storage.GrantedRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Asking for a range over a connection that is open, checking the answer's, and receiving the body into a direct buffer;
 * an operation is one range. A range of one byte shows what a request costs by itself, a large one what its bytes cost.
 * The server is a thread that does hardly more than write.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class RangeReadBenchmark {
    /** Length of the range in bytes. */
    @Param({"1", "8388608"})
    public int rangeBytes;

    private final RangeServer server = new RangeServer();
    private final HttpTransport transport = new ApacheHttpTransport(1, Duration.ofSeconds(30));
    private final GrantedRequest request =
            new GrantedRequest("GET", server.address(), Map.of(), Optional.empty(), Instant.MAX);
    private ByteRange range = new ByteRange(0, 1);
    private ByteBuffer target = ByteBuffer.allocateDirect(0);

    /** Makes room. */
    @Setup
    public void prepare() {
        range = new ByteRange(1 << 20, rangeBytes);
        target = ByteBuffer.allocateDirect(rangeBytes);
    }

    @Benchmark
    public HttpAnswer read() throws IOException {
        HttpAnswer answer =
                transport.download(request, range, BodyTarget.of(target.clear(), count -> {}), new HttpHandle());
        if (!answer.isSuccess()) {
            throw new IOException("HTTP " + answer.status());
        }
        return answer;
    }

    @TearDown
    public void stop() throws IOException {
        transport.close();
        server.close();
    }
}
