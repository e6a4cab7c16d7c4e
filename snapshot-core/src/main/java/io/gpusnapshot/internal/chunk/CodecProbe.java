package io.gpusnapshot.internal.chunk;

import io.gpusnapshot.codec.Codec;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * Picks the codec for a chunk by trying samples of it: the one that makes it smallest, of those with which neither a create
 * nor a restore takes longer than without any. Belongs to one thread.
 */
final class CodecProbe {
    private static final int WINDOWS = 2;
    private static final int WINDOW_BYTES = 32 << 10;
    /** Up to this size trying everything on the whole chunk costs as little. */
    private static final int MAX_TRIED_BYTES = 2 * WINDOWS * WINDOW_BYTES;
    /** Less is lost in the noise of sampling. */
    private static final double LEAST_GAIN = 0.005;
    /** Where the quick codec finds as little to repeat as this, the thorough one finds little too. */
    private static final double QUICK_RATIO_WORTH_MORE = 0.98;

    private static final String QUICK = "lz4";
    private static final String THOROUGH = "zstd";

    private final List<Codec> candidates;
    private final Machine machine;

    /**
     * @param candidates in the order in which to try them: a thorough one behind the quick one that may save the trial
     */
    CodecProbe(List<Codec> candidates, Machine machine) {
        this.candidates = List.copyOf(candidates);
        this.machine = machine;
    }

    /**
     * What becomes of a chunk.
     *
     * @param codecs those that may make it smallest, for the caller to find out; none if none pays
     * @param ratio what is expected to be stored, as a part of what is raw
     */
    record Choice(List<Codec> codecs, double ratio) {}

    /**
     * The codecs that may make the chunk smallest, for the caller to find out; none if none pays.
     *
     * @param scratch room that may be overwritten, as large as {@code raw}
     */
    List<Codec> worthTrying(ByteBuffer raw, ByteBuffer scratch) {
        if (candidates.size() < 2 || raw.remaining() <= MAX_TRIED_BYTES) {
            return candidates;
        }
        return best(raw, scratch).codecs();
    }

    /**
     * Looks at a chunk as {@link #worthTrying} does, and tells how much it will take.
     *
     * @param scratch room that may be overwritten, as large as {@code raw}
     */
    Choice choose(ByteBuffer raw, ByteBuffer scratch) {
        if (candidates.size() < 2 || raw.remaining() <= MAX_TRIED_BYTES) {
            return new Choice(candidates, leastRatio(raw, scratch));
        }
        return best(raw, scratch);
    }

    private double leastRatio(ByteBuffer raw, ByteBuffer scratch) {
        double least = 1;
        for (Codec codec : candidates) {
            double ratio = raw.remaining() <= MAX_TRIED_BYTES
                    ? (double) storedBytes(codec, raw, scratch) / raw.remaining()
                    : sampledRatio(codec, raw, scratch);
            least = Math.min(least, ratio);
        }
        return least;
    }

    private Choice best(ByteBuffer raw, ByteBuffer scratch) {
        Optional<Codec> best = Optional.empty();
        double least = 1 - LEAST_GAIN;
        double quickRatio = 0;
        for (Codec codec : candidates) {
            if (codec.id().equals(THOROUGH) && quickRatio > QUICK_RATIO_WORTH_MORE) {
                continue;
            }
            double ratio = sampledRatio(codec, raw, scratch);
            quickRatio = codec.id().equals(QUICK) ? ratio : quickRatio;
            if (ratio < least && machine.affords(CodecCost.of(codec), ratio)) {
                best = Optional.of(codec);
                least = ratio;
            }
        }
        return new Choice(best.map(List::of).orElse(List.of()), best.isPresent() ? least : 1);
    }

    private static double sampledRatio(Codec codec, ByteBuffer raw, ByteBuffer scratch) {
        int distance = raw.remaining() / WINDOWS;
        int stored = 0;
        for (int i = 0; i < WINDOWS; i++) {
            // From the middle of each part, and at a multiple of eight, so that numbers begin where they do in the
            // chunk.
            int at = raw.position() + ((i * distance + (distance - WINDOW_BYTES) / 2) & -Long.BYTES);
            stored += storedBytes(codec, raw.slice(at, WINDOW_BYTES), scratch);
        }
        return (double) stored / (WINDOWS * WINDOW_BYTES);
    }

    private static int storedBytes(Codec codec, ByteBuffer raw, ByteBuffer scratch) {
        ByteBuffer target = scratch.clear().limit(raw.remaining());
        return codec.encode(raw, target) ? target.position() : raw.remaining();
    }
}
