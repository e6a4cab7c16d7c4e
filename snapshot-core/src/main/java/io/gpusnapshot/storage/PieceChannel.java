package io.gpusnapshot.storage;

import io.gpusnapshot.error.DataIntegrityException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ReadableByteChannel;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A range of an object, fetched piece by piece as it is read: for providers whose client hands out a body only while its
 * own call lasts, or cannot take up a broken one.
 */
public final class PieceChannel implements ReadableByteChannel {
    private static final int PIECE_BYTES = 4 << 20;

    private final String key;
    private final long end;
    private final Pieces pieces;
    private long position;
    private ByteBuffer piece = ByteBuffer.allocate(0);
    private boolean open = true;

    /** Where pieces come from. */
    public interface Pieces {
        /**
         * Fetches the beginning of the object.
         *
         * @param bytes how much of it, at most
         * @throws io.gpusnapshot.error.DataIntegrityException if the object is empty
         */
        Beginning fetchBeginning(int bytes) throws IOException;

        /**
         * Fetches a part of the object: all of it, and from the same content as the parts before.
         *
         * @param range at most 4 MiB, behind that of the call before
         */
        byte[] fetch(ByteRange range) throws IOException;
    }

    /**
     * The beginning of an object.
     *
     * @param bytes as many as were asked for, or as there are
     * @param objectBytes how many there are in all
     */
    public record Beginning(ByteBuffer bytes, long objectBytes) {
        /**
         * How long the object of an answer is.
         *
         * @param contentRange its {@code Content-Range}; an answer without one is the whole object
         * @param lengthBytes its {@code Content-Length}
         * @return nothing if the range does not tell
         */
        public static OptionalLong objectBytes(@Nullable String contentRange, long lengthBytes) {
            if (contentRange == null) {
                return OptionalLong.of(lengthBytes);
            }
            try {
                return OptionalLong.of(Long.parseLong(contentRange.substring(contentRange.lastIndexOf('/') + 1)));
            } catch (NumberFormatException unknown) {
                return OptionalLong.empty();
            }
        }
    }

    private PieceChannel(String key, ByteRange range, Pieces pieces) {
        this.key = key;
        this.end = range.end();
        this.pieces = pieces;
        this.position = range.offset();
    }

    /**
     * Fetches the first piece, which shows whether there is such an object, and how long it is.
     *
     * @param provider the object's; is asked for the length of one that has no first piece
     */
    public static OpenedObject openWhole(StorageProvider provider, String key, Pieces pieces) throws IOException {
        Beginning beginning;
        try {
            beginning = pieces.fetchBeginning(PIECE_BYTES);
        } catch (DataIntegrityException noPieceInIt) {
            return OpenedObject.lookedUp(provider, key);
        }
        PieceChannel channel = new PieceChannel(key, new ByteRange(0, beginning.objectBytes()), pieces);
        channel.piece = beginning.bytes();
        channel.position = beginning.bytes().remaining();
        return new OpenedObject(beginning.objectBytes(), channel);
    }

    /** Fetches the first piece, which shows whether there is such an object. The caller closes the channel. */
    public static ReadableByteChannel open(String key, ByteRange range, Pieces pieces) throws IOException {
        PieceChannel channel = new PieceChannel(key, range, pieces);
        channel.fetch();
        return channel;
    }

    private void fetch() throws IOException {
        long length = Math.min(PIECE_BYTES, end - position);
        piece = ByteBuffer.wrap(pieces.fetch(new ByteRange(position, length)));
        position += length;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        if (!open) {
            throw new ClosedChannelException();
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("Interrupted while reading \"" + key + "\"");
        }
        if (!piece.hasRemaining()) {
            if (position >= end) {
                return -1;
            }
            fetch();
        }
        int count = Math.min(piece.remaining(), target.remaining());
        target.put(piece.slice(piece.position(), count));
        piece.position(piece.position() + count);
        return count;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void close() {
        open = false;
    }
}
