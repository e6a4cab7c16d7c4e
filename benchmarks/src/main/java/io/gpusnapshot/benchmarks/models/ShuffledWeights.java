package io.gpusnapshot.benchmarks.models;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/**
 * Writes two files of real weights, one of bf16 and one of fp32, of any size. Where the models are too small they are
 * repeated, each time with their blocks in another order, so that nobody who looks for what is there twice finds any.
 */
public final class ShuffledWeights {
    private static final int BLOCK_BYTES = 1024;

    private final byte[] weights;
    private final SplittableRandom random;

    private ShuffledWeights(byte[] weights, SplittableRandom random) {
        this.weights = weights;
        this.random = random;
    }

    /**
     * Writes the files.
     *
     * @param arguments a folder with the models' jars, the folder to fill, the size of each file, a seed
     */
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[1]);
        long bytes = Long.parseLong(arguments[2]);
        SplittableRandom random = new SplittableRandom(Long.parseLong(arguments[3]));
        ByteArrayOutputStream singles = new ByteArrayOutputStream();
        for (byte[] tensors : Samples.tensors(Path.of(arguments[0])).values()) {
            singles.write(tensors);
        }
        byte[] fp32 = singles.toByteArray();
        if (fp32.length < 2 * BLOCK_BYTES) {
            throw new IOException("There is no model in " + arguments[0]);
        }
        new ShuffledWeights(Rounding.toBfloat16(fp32), random).write(folder.resolve("bf16.weights"), bytes);
        new ShuffledWeights(fp32, random).write(folder.resolve("fp32.weights"), bytes);
    }

    private void write(Path file, long bytes) throws IOException {
        int[] order = new int[weights.length / BLOCK_BYTES];
        for (int block = 0; block < order.length; block++) {
            order[block] = block;
        }
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            for (long left = bytes; left > 0; left -= Math.min(left, (long) order.length * BLOCK_BYTES)) {
                writeOnce(out, order, left);
                shuffle(order);
            }
        }
    }

    private void writeOnce(OutputStream out, int[] order, long bytes) throws IOException {
        long left = bytes;
        for (int block = 0; block < order.length && left > 0; block++) {
            int count = (int) Math.min(BLOCK_BYTES, left);
            out.write(weights, order[block] * BLOCK_BYTES, count);
            left -= count;
        }
    }

    private void shuffle(int[] order) {
        for (int last = order.length - 1; last > 0; last--) {
            int other = random.nextInt(last + 1);
            int block = order[last];
            order[last] = order[other];
            order[other] = block;
        }
    }
}
