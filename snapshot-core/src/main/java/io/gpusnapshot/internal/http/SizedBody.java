package io.gpusnapshot.internal.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import org.apache.hc.core5.http.io.SessionInputBuffer;

/**
 * The body of an answer whose length is known. It can go straight from the connection's channel into a direct buffer; on
 * its way through streams it would be copied twice. Belongs to one thread.
 */
final class SizedBody extends InputStream {
    /** What a record of TLS holds, which is as much as comes at once (RFC 8446, section 5.1). */
    private static final int COPY_BYTES = 16 << 10;

    private final SessionInputBuffer buffer;
    private final InputStream source;
    private final Optional<SocketChannel> channel;
    private long left;

    /**
     * @param length bytes, more than 0
     * @param buffer what came along with the head of the answer
     * @param source the rest
     * @param channel where the rest can be read as well, unless it is encrypted
     */
    SizedBody(long length, SessionInputBuffer buffer, InputStream source, Optional<SocketChannel> channel) {
        this.buffer = buffer;
        this.source = source;
        this.channel = channel;
        this.left = length;
    }

    /** Reads all that is left. Reads of the channel have no limit of time, so somebody has to watch whether it moves. */
    void readInto(BodyTarget target) throws IOException {
        byte[] copy = new byte[COPY_BYTES];
        while (left > 0) {
            ByteBuffer room = target.room();
            if (!room.hasRemaining()) {
                throw new BufferOverflowException();
            }
            boolean direct = channel.isPresent() && buffer.length() == 0;
            target.moved(direct ? readDirectly(channel.get(), room) : readByCopy(copy, room));
        }
    }

    private int readDirectly(SocketChannel from, ByteBuffer room) throws IOException {
        int limit = room.limit();
        room.limit(room.position() + (int) Math.min(left, room.remaining()));
        try {
            return counted(from.read(room));
        } finally {
            room.limit(limit);
        }
    }

    private int readByCopy(byte[] copy, ByteBuffer room) throws IOException {
        int count = read(copy, 0, Math.min(copy.length, room.remaining()));
        room.put(copy, 0, count);
        return count;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        return left == 0 ? -1 : counted(buffer.read(target, offset, (int) Math.min(length, left), source));
    }

    private int counted(int count) throws EOFException {
        if (count < 0) {
            throw new EOFException("The body ended " + left + " bytes early");
        }
        left -= count;
        return count;
    }

    /** Reads the rest, as the library expects of bodies, so that nobody takes it for the next answer. */
    @Override
    public void close() throws IOException {
        byte[] rest = new byte[COPY_BYTES];
        while (left > 0) {
            read(rest, 0, rest.length);
        }
    }
}
