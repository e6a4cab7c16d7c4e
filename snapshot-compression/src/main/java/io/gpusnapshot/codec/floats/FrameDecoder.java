package io.gpusnapshot.codec.floats;

import static io.gpusnapshot.codec.floats.FloatsFrame.damaged;

import io.gpusnapshot.error.DataIntegrityException;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Reads one frame from front to back. Belongs to one thread; must be closed.
 *
 * @param <X> what else than damage can go wrong with the source
 */
final class FrameDecoder<X extends IOException> implements AutoCloseable {
    private final FrameSource<X> source;
    private final BlockDecoder blocks;
    private long claimedBytes;
    private long rawBytes;

    FrameDecoder(FrameSource<X> source, Workspace workspace) {
        this.source = source;
        this.blocks = new BlockDecoder(workspace);
    }

    /** Reads the header, which comes first; returns the raw length that it claims, or that it is unknown. */
    long readHeader() throws X, DataIntegrityException {
        ByteBuffer header = source.peek(FloatsFrame.HEADER_BYTES);
        if (header.getInt(0) != FloatsFrame.MAGIC) {
            throw damaged(0, "it does not start with the magic number", null);
        }
        if (header.getInt(16) != FloatsFrame.checksum(header, 0, 16)) {
            throw damaged(16, "the checksum of its header does not match", null);
        }
        if (header.getInt(4) != FloatsFrame.VERSION) {
            throw damaged(4, "its version is unknown, or a reserved byte is set", null);
        }
        claimedBytes = header.getLong(8);
        if (claimedBytes < FloatsFrame.UNKNOWN_LENGTH) {
            throw damaged(8, "it claims to hold 2^63 bytes or more", null);
        }
        source.skip(FloatsFrame.HEADER_BYTES);
        return claimedBytes;
    }

    /** Decodes the next block behind the position of {@code raw}; false at the end mark, which it checks. */
    boolean readBlock(ByteBuffer raw) throws X, DataIntegrityException {
        long offset = source.offset();
        BlockHead head = BlockHead.read(source.peek(FloatsFrame.HEAD_BYTES), offset);
        int end = FloatsFrame.HEAD_BYTES + head.payloadBytes();
        ByteBuffer block = source.peek(end + FloatsFrame.CHECKSUM_BYTES);
        if (block.getInt(end) != FloatsFrame.checksum(block, 0, end)) {
            throw damaged(offset, "the checksum of a block does not match", null);
        }
        source.skip(block.limit());
        block.limit(end).position(FloatsFrame.HEAD_BYTES);
        if (head.isEnd()) {
            requireLength(block.getLong(FloatsFrame.HEAD_BYTES), offset);
            return false;
        }
        if (head.rawBytes() > raw.remaining()) {
            throw damaged(offset, "a block is longer than the " + raw.remaining() + " raw bytes to come", null);
        }
        blocks.decode(head, block, offset, raw);
        rawBytes += head.rawBytes();
        return true;
    }

    private void requireLength(long stated, long offset) throws X, DataIntegrityException {
        if (stated != rawBytes || (claimedBytes != FloatsFrame.UNKNOWN_LENGTH && claimedBytes != rawBytes)) {
            throw damaged(offset, "it holds " + rawBytes + " raw bytes, but claims another number", null);
        }
        if (!source.isExhausted()) {
            throw damaged(source.offset(), "surplus bytes follow it", null);
        }
    }

    @Override
    public void close() {
        blocks.close();
    }
}
