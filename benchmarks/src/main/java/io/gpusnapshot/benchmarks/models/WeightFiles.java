package io.gpusnapshot.benchmarks.models;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Writes a workspace of real weights in bf16, as large as copies of small models make it. */
public final class WeightFiles {
    /** What a copy begins later by, so that none of its chunks is one of another copy. */
    private static final int SHIFT_BYTES = 100_002;

    private WeightFiles() {}

    /**
     * Writes the files.
     *
     * @param arguments a folder with the models' jars, the folder to fill, and how many copies
     */
    public static void main(String[] arguments) throws IOException {
        Path jars = Path.of(arguments[0]);
        Path folder = Files.createDirectories(Path.of(arguments[1]));
        int copies = Integer.parseInt(arguments[2]);
        for (Map.Entry<String, byte[]> model : Samples.models(jars).entrySet()) {
            if (model.getKey().endsWith(" bf16")) {
                for (int copy = 0; copy < copies; copy++) {
                    String name = model.getKey().replace(' ', '.') + '.' + copy;
                    write(folder.resolve(name), model.getValue(), copy * SHIFT_BYTES);
                }
            }
        }
    }

    private static void write(Path file, byte[] weights, int from) throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            out.write(weights, from, weights.length - from);
            out.write(weights, 0, from);
        }
    }
}
