package io.gpusnapshot.testing;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Kinds of data that make codecs behave differently. */
public enum DataSets {
    EMPTY(0) {
        @Override
        void fill(byte[] bytes, SeededRandom random) {
            // Zeros, should a length be asked for.
        }
    },
    ONE_BYTE(1) {
        @Override
        void fill(byte[] bytes, SeededRandom random) {
            RANDOM.fill(bytes, random);
        }
    },
    ALL_EQUAL(DataSets.SEVERAL_BLOCKS) {
        @Override
        void fill(byte[] bytes, SeededRandom random) {
            Arrays.fill(bytes, (byte) random.nextInt(256));
        }
    },
    TEXT(DataSets.SEVERAL_BLOCKS) {
        @Override
        void fill(byte[] bytes, SeededRandom random) {
            String[] words = {"tensor", "weight", "the", "of", "layer", "0.125", "bias", "{\"shape\":", "\n", "import"};
            ByteBuffer text = ByteBuffer.wrap(bytes);
            while (text.hasRemaining()) {
                String word = words[random.nextInt(words.length)] + ' ' + random.nextInt(100);
                byte[] encoded = word.getBytes(StandardCharsets.UTF_8);
                text.put(encoded, 0, Math.min(encoded.length, text.remaining()));
            }
        }
    },
    RANDOM(DataSets.SEVERAL_BLOCKS) {
        @Override
        void fill(byte[] bytes, SeededRandom random) {
            System.arraycopy(random.nextBytes(bytes.length), 0, bytes, 0, bytes.length);
        }
    },
    /** Upper halves of normally distributed floats, as in model weights: one byte of two is nearly random. */
    BF16(DataSets.SEVERAL_BLOCKS) {
        @Override
        void fill(byte[] bytes, SeededRandom random) {
            ByteBuffer weights = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            while (weights.remaining() >= Short.BYTES) {
                int bits = Float.floatToRawIntBits((float) (random.nextGaussian() * 0.02));
                weights.putShort((short) (bits >>> 16));
            }
        }
    },
    /** Runs of the other kinds, so that one chunk has blocks that shrink and blocks that do not. */
    MIXED(DataSets.SEVERAL_BLOCKS) {
        @Override
        void fill(byte[] bytes, SeededRandom random) {
            DataSets[] kinds = {ALL_EQUAL, TEXT, RANDOM, BF16};
            int at = 0;
            while (at < bytes.length) {
                int length = Math.min(bytes.length - at, 1 + random.nextInt(Math.max(1, bytes.length / 4)));
                byte[] part = kinds[random.nextInt(kinds.length)].ofLength(length, random);
                System.arraycopy(part, 0, bytes, at, length);
                at += length;
            }
        }
    },
    /** A random piece over and over: matches as long as the data, some distance back. */
    LONG_MATCHES(DataSets.SEVERAL_BLOCKS) {
        @Override
        void fill(byte[] bytes, SeededRandom random) {
            byte[] piece = random.nextBytes(1 + random.nextInt(5000));
            for (int at = 0; at < bytes.length; at += piece.length) {
                System.arraycopy(piece, 0, bytes, at, Math.min(piece.length, bytes.length - at));
            }
        }
    };

    /** More than one block of the streams, and not a round number. */
    private static final int SEVERAL_BLOCKS = 600_011;

    private final int sampleBytes;

    DataSets(int sampleBytes) {
        this.sampleBytes = sampleBytes;
    }

    abstract void fill(byte[] bytes, SeededRandom random);

    /** Data of the length that is natural to the kind. */
    public byte[] sample(SeededRandom random) {
        return ofLength(sampleBytes, random);
    }

    public byte[] ofLength(int length, SeededRandom random) {
        byte[] bytes = new byte[length];
        fill(bytes, random);
        return bytes;
    }
}
