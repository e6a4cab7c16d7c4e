package io.gpusnapshot.internal.chunk;

/**
 * What a choice of codec is weighed against.
 *
 * @param linkBytesPerSecond what the link to the store carries
 */
public record Machine(double linkBytesPerSecond, int processors) {
    /** 2.5 Gbit/s, which is what rented hosts often have to a store. */
    private static final double COMMON_LINK = 2.5e9 / 8;
    /** Seconds of one processor that a raw byte costs whatever the codec: reading, hashing, sending, and back. */
    private static final double OWN_SECONDS = 1 / 1e9;

    /** This machine, with a common link. */
    public static Machine here() {
        return new Machine(COMMON_LINK, Runtime.getRuntime().availableProcessors());
    }

    /** Whether neither a create nor a restore would take longer than of bytes that are moved as they are. */
    boolean affords(CodecCost cost, double ratio) {
        double plain = seconds(1, 0);
        return seconds(ratio, cost.encodeSeconds()) <= plain && seconds(ratio, cost.decodeSeconds()) <= plain;
    }

    /** Seconds for a raw byte, as whichever of link and processors holds the other up has it. */
    private double seconds(double ratio, double codecSeconds) {
        return Math.max(ratio / linkBytesPerSecond, (OWN_SECONDS + codecSeconds) / processors);
    }
}
