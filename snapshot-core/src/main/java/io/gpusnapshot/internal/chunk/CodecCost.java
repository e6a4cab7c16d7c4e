package io.gpusnapshot.internal.chunk;

import io.gpusnapshot.codec.Codec;

/**
 * What it takes to encode and decode a raw byte, in seconds of one processor, as docs/performance.md has it for data that
 * the codec is good for. Only the proportions matter, and only roughly.
 */
record CodecCost(double encodeSeconds, double decodeSeconds) {
    private static final CodecCost FLOATS = perGigabyte(0.65, 0.25);
    private static final CodecCost LZ4 = perGigabyte(1.5, 0.22);
    private static final CodecCost ZSTD = perGigabyte(2.7, 0.55);

    private static CodecCost perGigabyte(double encodeSeconds, double decodeSeconds) {
        return new CodecCost(encodeSeconds / 1e9, decodeSeconds / 1e9);
    }

    /** A codec that nobody has measured is taken to be a slow one. */
    static CodecCost of(Codec codec) {
        return switch (codec.id()) {
            case "floats" -> FLOATS;
            case "lz4" -> LZ4;
            default -> ZSTD;
        };
    }
}
