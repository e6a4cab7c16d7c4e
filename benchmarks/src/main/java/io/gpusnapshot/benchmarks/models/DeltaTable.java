package io.gpusnapshot.benchmarks.models;

import io.gpusnapshot.codec.Codec;
import io.gpusnapshot.codec.CodecRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Prints how small each codec makes the second of two successive checkpoints, by itself and as its difference to the first,
 * and how fast one thread encodes and decodes that difference. Real weights, simulated steps of training.
 */
public final class DeltaTable {
    private static final List<String> CODECS = List.of("lz4", "zstd", "floats");

    /** A step of training: how many of the values change, and by how much of themselves. */
    private record Training(String name, double share, double step) {}

    private static final List<Training> STEPS = List.of(
            new Training("5 % of values by 1 %", 0.05, 0.01),
            new Training("all values by 0.1 %", 1, 0.001),
            new Training("all values by 0.001 %", 1, 0.00001));

    private DeltaTable() {}

    /**
     * Runs it.
     *
     * @param arguments the folder with the models' jars
     */
    public static void main(String[] arguments) throws IOException {
        CodecRegistry registry = CodecRegistry.fromClassPath();
        List<Codec> codecs =
                CODECS.stream().map(id -> registry.find(id).orElseThrow()).toList();
        System.out.println("| Weights | Changed | Codec | By itself, of raw | Difference, of raw | Encode, GB/s |"
                + " Decode, GB/s |");
        System.out.println("|---|---|---|---|---|---|---|");
        for (Map.Entry<String, byte[]> model :
                Samples.tensors(Path.of(arguments[0])).entrySet()) {
            for (Training training : STEPS) {
                byte[] later = Successors.of(model.getValue(), training.share(), training.step());
                print(model.getKey() + " fp32", training, model.getValue(), later, codecs);
                print(
                        model.getKey() + " bf16",
                        training,
                        Rounding.toBfloat16(model.getValue()),
                        Rounding.toBfloat16(later),
                        codecs);
            }
        }
    }

    private static void print(String name, Training training, byte[] former, byte[] later, List<Codec> codecs)
            throws IOException {
        byte[] difference = Successors.difference(former, later);
        List<CodecRun> runs = CodecRun.measured(codecs, difference);
        for (CodecRun run : runs) {
            System.out.println(String.format(
                    Locale.ROOT,
                    "| %s | %s | %s | %.4f | %.4f | %.2f | %.2f |",
                    name,
                    training.name(),
                    run.codec().id(),
                    new CodecRun(run.codec(), later).ratio(),
                    run.ratio(),
                    run.encodeRate() / 1e9,
                    run.decodeRate() / 1e9));
        }
    }
}
