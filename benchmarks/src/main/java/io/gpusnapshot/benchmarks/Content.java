package io.gpusnapshot.benchmarks;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/** Kinds of content that workspaces have, the same in every run. */
public enum Content {
    /** What an optimizer has not touched yet. */
    ZEROS {
        @Override
        void fill(ByteBuffer chunk, SplittableRandom random) {
            chunk.position(chunk.limit());
        }
    },
    /** Source code: a few words over and over. */
    CODE {
        @Override
        void fill(ByteBuffer chunk, SplittableRandom random) {
            String[] words = {"def ", "return ", "self.", "tensor", "layer_", "(x, y)", ":\n    ", " = ", "import "};
            while (chunk.hasRemaining()) {
                String word = words[random.nextInt(words.length)] + random.nextInt(1000);
                byte[] bytes = word.getBytes(StandardCharsets.US_ASCII);
                chunk.put(bytes, 0, Math.min(bytes.length, chunk.remaining()));
            }
        }
    },
    /** Weights of half the precision: every other byte is noise. */
    BF16 {
        @Override
        void fill(ByteBuffer chunk, SplittableRandom random) {
            while (chunk.hasRemaining()) {
                chunk.putShort((short) (weightBits(random) >>> 16));
            }
        }
    },
    /** Weights: three bytes of four are noise. */
    FP32 {
        @Override
        void fill(ByteBuffer chunk, SplittableRandom random) {
            while (chunk.hasRemaining()) {
                chunk.putInt(weightBits(random));
            }
        }
    },
    /** What is compressed or encrypted already. */
    NOISE {
        @Override
        void fill(ByteBuffer chunk, SplittableRandom random) {
            while (chunk.hasRemaining()) {
                chunk.putLong(random.nextLong());
            }
        }
    };

    /** Size of a chunk in workspaces of ordinary size. */
    public static final int CHUNK_BYTES = 4 << 20;

    /** Operations that one chunk counts as. */
    public static final int CHUNK_MIB = CHUNK_BYTES >> 20;

    private static int weightBits(SplittableRandom random) {
        return Float.floatToRawIntBits((float) (random.nextGaussian() * 0.02));
    }

    abstract void fill(ByteBuffer chunk, SplittableRandom random);

    /** A chunk in a direct buffer, as the pipelines have it. */
    public ByteBuffer chunk() {
        ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        fill(chunk, new SplittableRandom(42));
        return chunk.flip();
    }
}
