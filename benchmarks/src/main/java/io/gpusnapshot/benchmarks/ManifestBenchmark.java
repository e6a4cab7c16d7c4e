package io.gpusnapshot.benchmarks;

import io.gpusnapshot.codec.Codec;
import io.gpusnapshot.codec.CodecRegistry;
import io.gpusnapshot.internal.format.ManifestReader;
import io.gpusnapshot.internal.format.ManifestWriter;
import io.gpusnapshot.model.WorkspaceEntry;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Writing and reading the manifest of 100,000 small files, in memory; one operation is one file. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@OperationsPerInvocation(SampleManifest.FILES)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(2)
public class ManifestBenchmark {
    private final SampleManifest sample = new SampleManifest();
    private final Codec codec = CodecRegistry.fromClassPath().find("lz4").orElseThrow();
    private byte[] stored = {};

    /** Writes what is to be read. */
    @Setup
    public void writeOnce() throws IOException {
        stored = write();
    }

    /** The way of a create: entry lines first, then everything in its final order. */
    @Benchmark
    public byte[] write() throws IOException {
        ByteArrayOutputStream entryLines = new ByteArrayOutputStream();
        try (ManifestWriter.EntryLines lines = new ManifestWriter.EntryLines(codec.encoder(entryLines))) {
            for (WorkspaceEntry entry : sample.entries()) {
                lines.write(entry);
            }
        }
        ByteArrayOutputStream manifest = new ByteArrayOutputStream();
        try (ManifestWriter writer = new ManifestWriter(codec.encoder(manifest));
                InputStream lines = codec.decoder(new ByteArrayInputStream(entryLines.toByteArray()))) {
            writer.writeHeader(sample.header());
            writer.writeTables(sample.packs(), sample.chunks());
            writer.writeEntries(lines);
            writer.writeFooter(sample.entries().size());
        }
        return manifest.toByteArray();
    }

    /** The way of a restore: every entry parsed and checked, and the digest of all lines. */
    @Benchmark
    public long read() throws IOException {
        long bytes = 0;
        try (ManifestReader reader = new ManifestReader(codec.decoder(new ByteArrayInputStream(stored)), "sample")) {
            for (WorkspaceEntry entry = reader.nextEntry(); entry != null; entry = reader.nextEntry()) {
                bytes += entry.content().sizeBytes();
            }
        }
        return bytes;
    }
}
