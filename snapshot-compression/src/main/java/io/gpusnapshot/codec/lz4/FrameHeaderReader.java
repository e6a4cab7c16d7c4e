package io.gpusnapshot.codec.lz4;

import static io.gpusnapshot.codec.lz4.FrameHeader.BLOCK_CHECKSUMS;
import static io.gpusnapshot.codec.lz4.FrameHeader.CONTENT_CHECKSUM;
import static io.gpusnapshot.codec.lz4.FrameHeader.CONTENT_SIZE;
import static io.gpusnapshot.codec.lz4.FrameHeader.DICTIONARY;
import static io.gpusnapshot.codec.lz4.FrameHeader.INDEPENDENT_BLOCKS;

import io.gpusnapshot.error.DataIntegrityException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads and checks the head of a frame. */
final class FrameHeaderReader {
    /** Where FLG is, the first byte that the checksum covers. */
    private static final int DESCRIPTOR = Integer.BYTES;

    private static final int PREFIX_BYTES = Integer.BYTES + 2;
    private static final int MAX_DESCRIPTOR_BYTES = 2 + Long.BYTES + Integer.BYTES + 1;

    private FrameHeaderReader() {}

    static <X extends IOException> FrameHeader read(FrameSource<X> source, Lz4Backend backend)
            throws X, DataIntegrityException {
        ByteBuffer prefix = source.take(PREFIX_BYTES);
        require(prefix.getInt(0) == FrameHeader.MAGIC, 0, "it does not start with the magic number");
        int flags = prefix.get(DESCRIPTOR);
        require((flags & 0xFF) >> 6 == FrameHeader.VERSION, DESCRIPTOR, "its version is unknown");
        ByteBuffer descriptor = ByteBuffer.allocate(MAX_DESCRIPTOR_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        descriptor.put(prefix.position(DESCRIPTOR)).put(source.take(bytesBehindPrefix(flags)));
        // Before the meaning of any flag, so that damage is not taken for a feature.
        int covered = descriptor.position() - 1;
        require(
                FrameHeader.checksum(backend, descriptor, 0, covered) == descriptor.get(covered),
                DESCRIPTOR + covered,
                "the checksum of its header does not match");
        return interpret(flags, descriptor.flip());
    }

    private static int bytesBehindPrefix(int flags) {
        return (isSet(flags, CONTENT_SIZE) ? Long.BYTES : 0) + (isSet(flags, DICTIONARY) ? Integer.BYTES : 0) + 1;
    }

    private static FrameHeader interpret(int flags, ByteBuffer descriptor) throws DataIntegrityException {
        require(!isSet(flags, FrameHeader.RESERVED_FLAG), DESCRIPTOR, "a reserved flag is set");
        require(isSet(flags, INDEPENDENT_BLOCKS), DESCRIPTOR, "it uses linked blocks, a feature that is not read here");
        require(!isSet(flags, DICTIONARY), DESCRIPTOR, "it uses a dictionary, a feature that is not read here");
        int blocks = descriptor.get(1);
        require(!isSet(blocks, FrameHeader.RESERVED_BLOCK_BITS), DESCRIPTOR + 1, "a reserved bit is set");
        int code = blocks >> 4;
        require(code >= FrameHeader.SMALLEST_BLOCK_CODE, DESCRIPTOR + 1, "its block size has the unknown code " + code);
        long contentSize = isSet(flags, CONTENT_SIZE) ? descriptor.getLong(2) : 0;
        require(contentSize >= 0, DESCRIPTOR + 2, "it claims to hold 2^63 bytes or more");
        return new FrameHeader(
                FrameHeader.blockMaximum(code),
                isSet(flags, BLOCK_CHECKSUMS),
                isSet(flags, CONTENT_CHECKSUM),
                isSet(flags, CONTENT_SIZE) ? contentSize : FrameHeader.UNKNOWN);
    }

    private static boolean isSet(int bits, int mask) {
        return (bits & mask) != 0;
    }

    private static void require(boolean condition, long offset, String otherwise) throws DataIntegrityException {
        if (!condition) {
            throw FrameSource.damaged(offset, otherwise, null);
        }
    }
}
