package io.gpusnapshot.benchmarks.models;

import io.gpusnapshot.codec.Codec;
import io.gpusnapshot.codec.CodecRegistry;
import io.gpusnapshot.internal.chunk.ChunkEncoder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Prints how small each codec makes real data, next to what a perfect coder of single bytes would, and how fast one thread
 * encodes and decodes it, in chunks of 4 MiB between direct buffers. All codecs take turns in every round; of the rounds
 * the median counts.
 */
public final class CodecTable {
    private static final List<String> CODECS = List.of("lz4", "zstd", "floats");

    private CodecTable() {}

    /**
     * Runs it.
     *
     * @param arguments the folder with the models' jars, and one with source code
     */
    public static void main(String[] arguments) throws IOException {
        CodecRegistry registry = CodecRegistry.fromClassPath();
        List<Codec> codecs =
                CODECS.stream().map(id -> registry.find(id).orElseThrow()).toList();
        System.out.println("| Data | MB | Codec | Size, of raw | of the bound | Encode, GB/s | Decode, GB/s |");
        System.out.println("|---|---|---|---|---|---|---|");
        Map<String, byte[]> samples = Samples.load(Path.of(arguments[0]), Path.of(arguments[1]));
        for (Map.Entry<String, byte[]> sample : samples.entrySet()) {
            print(sample.getKey(), sample.getValue(), codecs);
        }
    }

    private static void print(String name, byte[] data, List<Codec> codecs) throws IOException {
        double bound = OrderZeroBound.of(data);
        List<CodecRun> runs = CodecRun.measured(codecs, data);
        for (CodecRun run : runs) {
            System.out.println(String.format(
                    Locale.ROOT,
                    "| %s | %d | %s | %.4f | %.3f | %.2f | %.2f |",
                    name,
                    data.length / 1_000_000,
                    run.codec().id(),
                    run.ratio(),
                    run.ratio() / bound,
                    run.encodeRate() / 1e9,
                    run.decodeRate() / 1e9));
        }
        printChoice(name, data, codecs, bound);
    }

    private static void printChoice(String name, byte[] data, List<Codec> codecs, double bound) {
        ChunkEncoder encoder = new ChunkEncoder(List.of(codecs.get(2), codecs.get(0), codecs.get(1)), id -> false);
        ByteBuffer scratch = ByteBuffer.allocateDirect(CodecRun.CHUNK_BYTES);
        long stored = 0;
        for (ByteBuffer chunk : CodecRun.chunks(data)) {
            stored += encoder.encode(chunk, scratch.clear())
                    .stored()
                    .orElseThrow()
                    .remaining();
        }
        double ratio = (double) stored / data.length;
        System.out.println(String.format(
                Locale.ROOT,
                "| %s | %d | auto | %.4f | %.3f | | |",
                name,
                data.length / 1_000_000,
                ratio,
                ratio / bound));
    }
}
