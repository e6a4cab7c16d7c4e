package io.gpusnapshot.codec.lz4;

import io.gpusnapshot.error.DataIntegrityException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.IntSupplier;
import net.jpountz.lz4.LZ4Exception;

/**
 * Reads one frame: its header, then blocks up to the end mark, then what follows that.
 *
 * @param <X> what else than damage can go wrong with the source
 */
final class FrameReader<X extends IOException> {
    private final FrameSource<X> source;
    private final Lz4Backend backend;
    private final FrameHeader header;
    private long rawBytes;
    /** Start of the part being read, which is where damage of it is reported. */
    private long part;

    private FrameReader(FrameSource<X> source, Lz4Backend backend, FrameHeader header) {
        this.source = source;
        this.backend = backend;
        this.header = header;
    }

    /** Reads the header. */
    static <X extends IOException> FrameReader<X> open(FrameSource<X> source, Lz4Backend backend)
            throws X, DataIntegrityException {
        return new FrameReader<>(source, backend, FrameHeaderReader.read(source, backend));
    }

    FrameHeader header() {
        return header;
    }

    /** Checks the header's content size, if it has one, before anything is decoded. */
    void requireContentSize(long required) throws DataIntegrityException {
        if (header.contentSize() != FrameHeader.UNKNOWN && header.contentSize() != required) {
            throw damaged("it claims " + header.contentSize() + " raw bytes where " + required + " must be");
        }
    }

    /** Decodes the next block behind the position of {@code raw}, which it moves; false at the end mark. */
    boolean readBlock(ByteBuffer raw) throws X, DataIntegrityException {
        part = source.offset();
        int sizeWord = source.take(Integer.BYTES).getInt();
        if (sizeWord == FrameHeader.END_MARK) {
            return false;
        }
        int bytes = sizeWord & ~FrameHeader.STORED;
        if (bytes > header.blockMaximum()) {
            throw damaged("a block claims " + bytes + " bytes, the header allows " + header.blockMaximum());
        }
        ByteBuffer block = source.take(bytes + header.blockChecksumBytes());
        if (header.blockChecksums() && backend.hash(block, 0, bytes) != block.getInt(bytes)) {
            throw damaged("the checksum of a block does not match");
        }
        int length = sizeWord < 0 ? copy(block, bytes, raw) : decompress(block, bytes, raw);
        raw.position(raw.position() + length);
        rawBytes += length;
        return true;
    }

    private int copy(ByteBuffer block, int bytes, ByteBuffer raw) throws DataIntegrityException {
        if (bytes > raw.remaining()) {
            throw damaged("a stored block of " + bytes + " bytes is longer than the " + raw.remaining() + " to come");
        }
        raw.put(raw.position(), block, 0, bytes);
        return bytes;
    }

    private int decompress(ByteBuffer block, int bytes, ByteBuffer raw) throws DataIntegrityException {
        int room = Math.min(raw.remaining(), header.blockMaximum());
        try {
            return backend.decompress(block, 0, bytes, raw, raw.position(), room);
        } catch (LZ4Exception malformed) {
            throw damaged("a block is malformed or longer than the " + room + " raw bytes to come", malformed);
        }
    }

    /** Checks what follows the end mark, given the hash of all raw bytes. */
    void readEnd(IntSupplier contentHash) throws X, DataIntegrityException {
        part = source.offset();
        requireContentSize(rawBytes);
        if (header.contentChecksum() && source.take(Integer.BYTES).getInt() != contentHash.getAsInt()) {
            throw damaged("the checksum of the content does not match");
        }
        part = source.offset();
        if (!source.isExhausted()) {
            throw damaged("surplus bytes follow it");
        }
    }

    DataIntegrityException damaged(String what) {
        return FrameSource.damaged(part, what, null);
    }

    private DataIntegrityException damaged(String what, LZ4Exception cause) {
        return FrameSource.damaged(part, what, cause);
    }
}
