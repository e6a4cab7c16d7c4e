package io.gpusnapshot.codec.floats;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdException;
import java.nio.ByteBuffer;

/** Codes planes as zstd frames. Belongs to one thread; must be closed. */
final class PlaneEncoder implements AutoCloseable {
    static final int DOES_NOT_FIT = 0;
    /** Where a byte holds less than a bit there are runs, which matches describe better than a code of whole bits. */
    private static final float BITS_OF_RUNS = 1;

    private final ByteBuffer plane;
    private final ZstdCompressCtx huffman = new ZstdCompressCtx();
    private final ZstdCompressCtx matches = new ZstdCompressCtx();

    /**
     * @param plane direct room for one plane
     */
    PlaneEncoder(ByteBuffer plane) {
        this.plane = plane;
        // The fast strategy, blind to all but long matches: what is left is a Huffman code of the bytes. Negative
        // levels
        // would not do, as they leave literals uncoded.
        huffman.setLevel(1)
                .setStrategy(1)
                .setTargetLength(0)
                .setMinMatch(7)
                .setHashLog(6)
                .setWindowLog(17);
        matches.setLevel(1);
    }

    /** Where to put the plane to be coded. */
    ByteBuffer plane() {
        return plane.clear();
    }

    /** Codes the plane's first bytes, at a place of a direct buffer; {@link #DOES_NOT_FIT} if there is not the room. */
    int encode(int planeBytes, float bits, ByteBuffer target, int at, int room) {
        ZstdCompressCtx context = bits < BITS_OF_RUNS ? matches : huffman;
        try {
            return room <= 0 ? DOES_NOT_FIT : context.compressDirectByteBuffer(target, at, room, plane, 0, planeBytes);
        } catch (ZstdException failure) {
            if (failure.getErrorCode() == Zstd.errDstSizeTooSmall()) {
                return DOES_NOT_FIT;
            }
            throw failure;
        }
    }

    @Override
    public void close() {
        try (huffman;
                matches) {
            plane.clear();
        }
    }
}
