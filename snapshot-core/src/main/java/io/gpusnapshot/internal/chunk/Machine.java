package io.gpusnapshot.internal.chunk;

/**
 * What a choice of codec is weighed against.
 *
 * @param linkBytesPerSecond what the link to the store carries
 */
public record Machine(double linkBytesPerSecond, int processors) {
    /** 2.5 Gbit/s, which is what rented hosts often have to a store. */
    private static final double COMMON_LINK = 2.5e9 / 8;

    /** This machine, with a common link. */
    public static Machine here() {
        return new Machine(COMMON_LINK, Runtime.getRuntime().availableProcessors());
    }

    /** Seconds for a raw byte to be encoded and sent, the two going on at once. */
    double createSeconds(double ratio, CodecCost cost) {
        return Math.max(ratio / linkBytesPerSecond, cost.encodeSeconds() / processors);
    }

    /** Seconds for a raw byte to be fetched and decoded. */
    double restoreSeconds(double ratio, CodecCost cost) {
        return Math.max(ratio / linkBytesPerSecond, cost.decodeSeconds() / processors);
    }

    /** Seconds for a raw byte to be sent as it is. */
    double plainSeconds() {
        return 1 / linkBytesPerSecond;
    }
}
