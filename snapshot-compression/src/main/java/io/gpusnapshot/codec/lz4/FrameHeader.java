package io.gpusnapshot.codec.lz4;

import java.nio.ByteBuffer;

/**
 * What the head of a frame says: magic number, FLG, BD, content size if known, one byte of checksum.
 *
 * @param blockMaximum most raw bytes in a block, and most bytes a block may take up in the frame
 * @param contentSize raw bytes of the whole frame, or {@link #UNKNOWN}
 */
record FrameHeader(int blockMaximum, boolean blockChecksums, boolean contentChecksum, long contentSize) {
    static final int MAGIC = 0x184D2204;
    static final int VERSION = 1;
    static final long UNKNOWN = -1;
    static final int END_MARK = 0;
    /** Set in a block's size word when its data are not compressed. */
    static final int STORED = 1 << 31;

    static final int INDEPENDENT_BLOCKS = 1 << 5;
    static final int BLOCK_CHECKSUMS = 1 << 4;
    static final int CONTENT_SIZE = 1 << 3;
    static final int CONTENT_CHECKSUM = 1 << 2;
    static final int RESERVED_FLAG = 1 << 1;
    static final int DICTIONARY = 1;
    static final int RESERVED_BLOCK_BITS = 0x8F;
    static final int SMALLEST_BLOCK_CODE = 4;
    static final int LARGEST_BLOCK_CODE = 7;

    /** The header of a chunk: the smallest blocks that hold it in one piece, or the largest there are. */
    static FrameHeader ofChunk(int rawBytes) {
        int code = SMALLEST_BLOCK_CODE;
        while (code < LARGEST_BLOCK_CODE && blockMaximum(code) < rawBytes) {
            code++;
        }
        return new FrameHeader(blockMaximum(code), false, false, rawBytes);
    }

    /** 64 KiB, 256 KiB, 1 MiB and 4 MiB for the codes 4 to 7. */
    static int blockMaximum(int code) {
        return 1 << (8 + 2 * code);
    }

    /** Second byte of the descriptor's hash: all of it that a frame stores. */
    static byte checksum(Lz4Backend backend, ByteBuffer buffer, int at, int bytes) {
        return (byte) (backend.hash(buffer, at, bytes) >> 8);
    }

    int bytes() {
        return Integer.BYTES + 2 + (contentSize == UNKNOWN ? 0 : Long.BYTES) + 1;
    }

    int blockChecksumBytes() {
        return blockChecksums ? Integer.BYTES : 0;
    }

    /** Appends the header to a little-endian buffer that has room for it. */
    void write(ByteBuffer frame, Lz4Backend backend) {
        frame.putInt(MAGIC);
        int descriptor = frame.position();
        frame.put((byte) flags());
        frame.put((byte) (((Integer.numberOfTrailingZeros(blockMaximum) - 8) / 2) << 4));
        if (contentSize != UNKNOWN) {
            frame.putLong(contentSize);
        }
        frame.put(checksum(backend, frame, descriptor, frame.position() - descriptor));
    }

    private int flags() {
        return VERSION << 6
                | INDEPENDENT_BLOCKS
                | (blockChecksums ? BLOCK_CHECKSUMS : 0)
                | (contentSize == UNKNOWN ? 0 : CONTENT_SIZE)
                | (contentChecksum ? CONTENT_CHECKSUM : 0);
    }
}
