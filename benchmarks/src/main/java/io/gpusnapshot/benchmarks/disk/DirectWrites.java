package io.gpusnapshot.benchmarks.disk;

import com.sun.management.OperatingSystemMXBean;
import com.sun.nio.file.ExtendedOpenOption;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writes a file of 1 GiB in several ways, in turns, until it is durable: through the page cache, as restores do, and past
 * it ({@code O_DIRECT}).
 *
 * <pre>
 * DirectWrites FOLDER ROUNDS
 * </pre>
 */
public final class DirectWrites {
    private static final long FILE_BYTES = 1L << 30;
    private static final int CHUNK_BYTES = 4 << 20;
    /** Blocks of disks and pages of memory are not larger, on machines that are usual. */
    private static final int ALIGNMENT = 4096;
    /** A disk goes on for a while about what was deleted. */
    private static final long SETTLING_MILLIS = 1_000;

    private static final List<Way> WAYS = List.of(
            new Way("page cache, 1 thread", false, 1),
            new Way("O_DIRECT, 1 thread", true, 1),
            new Way("page cache, 8 threads", false, 8),
            new Way("O_DIRECT, 8 threads", true, 8),
            new Way("O_DIRECT, 32 threads", true, 32));

    private final Path file;
    private final ByteBuffer chunk =
            ByteBuffer.allocateDirect(CHUNK_BYTES + ALIGNMENT).alignedSlice(ALIGNMENT);

    private DirectWrites(Path file) {
        this.file = file;
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < CHUNK_BYTES; i += Long.BYTES) {
            chunk.putLong(i, random.nextLong());
        }
    }

    /** How to write. */
    private record Way(String name, boolean direct, int threads) {
        Set<OpenOption> options() {
            Set<OpenOption> options = new HashSet<>(Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
            if (direct) {
                options.add(ExtendedOpenOption.DIRECT);
            }
            return options;
        }

        /** As restores write: see {@code TargetFile}. */
        int pieceBytes() {
            return direct ? CHUNK_BYTES : 256 << 10;
        }
    }

    /** What one run took. */
    private record Sample(double seconds, double cpuSeconds) {}

    public static void main(String[] args) throws Exception {
        DirectWrites writes = new DirectWrites(Path.of(args[0])
                .resolve("direct-writes-" + ProcessHandle.current().pid()));
        int rounds = Integer.parseInt(args[1]);
        List<List<Sample>> samples = new ArrayList<>();
        WAYS.forEach(way -> samples.add(new ArrayList<>()));
        for (int round = 0; round <= rounds; round++) {
            for (int turn = 0; turn < WAYS.size(); turn++) {
                int way = (round + turn) % WAYS.size();
                Sample sample = writes.measure(WAYS.get(way));
                // The first round warms up.
                if (round > 0) {
                    samples.get(way).add(sample);
                }
            }
        }
        System.out.println("| Way | Seconds: median (least to most) | CPU-s, median |");
        System.out.println("|---|---|---|");
        for (int way = 0; way < WAYS.size(); way++) {
            print(WAYS.get(way), samples.get(way));
        }
    }

    private static void print(Way way, List<Sample> samples) {
        double[] seconds =
                samples.stream().mapToDouble(Sample::seconds).sorted().toArray();
        double[] cpu = samples.stream().mapToDouble(Sample::cpuSeconds).sorted().toArray();
        System.out.printf(
                Locale.ROOT,
                "| %s | %.2f (%.2f to %.2f) | %.2f |%n",
                way.name(),
                seconds[seconds.length / 2],
                seconds[0],
                seconds[seconds.length - 1],
                cpu[cpu.length / 2]);
    }

    private Sample measure(Way way) throws IOException, InterruptedException, ExecutionException {
        try {
            long cpu = cpuNanos();
            long start = System.nanoTime();
            try (FileChannel channel = FileChannel.open(file, way.options())) {
                write(way, channel);
                channel.force(true);
            }
            long elapsed = System.nanoTime() - start;
            return new Sample(elapsed / 1e9, (cpuNanos() - cpu) / 1e9);
        } finally {
            Files.deleteIfExists(file);
            Thread.sleep(SETTLING_MILLIS);
        }
    }

    private void write(Way way, FileChannel channel) throws InterruptedException, ExecutionException {
        AtomicLong next = new AtomicLong();
        ExecutorService threads = Executors.newFixedThreadPool(way.threads());
        List<Future<Void>> ends = new ArrayList<>();
        for (int i = 0; i < way.threads(); i++) {
            ends.add(threads.submit(() -> {
                writeChunks(way, channel, next);
                return null;
            }));
        }
        for (Future<Void> end : ends) {
            end.get();
        }
        threads.shutdown();
        if (!threads.awaitTermination(1, TimeUnit.MINUTES)) {
            throw new IllegalStateException("Threads that have done their work do not end");
        }
    }

    private void writeChunks(Way way, FileChannel channel, AtomicLong next) throws IOException {
        for (long offset = next.getAndAdd(CHUNK_BYTES); offset < FILE_BYTES; offset = next.getAndAdd(CHUNK_BYTES)) {
            for (int done = 0; done < CHUNK_BYTES; done += way.pieceBytes()) {
                ByteBuffer piece =
                        chunk.duplicate().limit(done + way.pieceBytes()).position(done);
                while (piece.hasRemaining()) {
                    channel.write(piece, offset + piece.position());
                }
            }
        }
    }

    private static long cpuNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }
}
