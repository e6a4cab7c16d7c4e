package io.gpusnapshot.storage;

import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ReadableByteChannel;
import java.util.Objects;

/** Every opening reads through its own duplicates, so that openings do not disturb one another. */
final class BufferContentSource implements ContentSource {
    private final ByteBuffer[] buffers;
    private final long length;

    BufferContentSource(ByteBuffer[] buffers) {
        this.buffers = duplicates(buffers);
        long sum = 0;
        for (ByteBuffer buffer : this.buffers) {
            sum += buffer.remaining();
        }
        this.length = sum;
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public ReadableByteChannel open(long offset) {
        Objects.checkFromToIndex(offset, length, length);
        BufferChannel channel = new BufferChannel(duplicates(buffers));
        channel.skip(offset);
        return channel;
    }

    @Override
    public String toString() {
        return length + " bytes in memory";
    }

    private static ByteBuffer[] duplicates(ByteBuffer[] buffers) {
        ByteBuffer[] copies = new ByteBuffer[buffers.length];
        for (int i = 0; i < buffers.length; i++) {
            copies[i] = buffers[i].asReadOnlyBuffer();
        }
        return copies;
    }

    private static final class BufferChannel implements ReadableByteChannel {
        private final ByteBuffer[] buffers;
        private int current;
        private boolean closed;

        BufferChannel(ByteBuffer[] buffers) {
            this.buffers = buffers;
        }

        void skip(long bytes) {
            long left = bytes;
            while (left > 0) {
                ByteBuffer buffer = buffers[current];
                int step = (int) Math.min(left, buffer.remaining());
                buffer.position(buffer.position() + step);
                left -= step;
                skipEmpty();
            }
        }

        @Override
        public int read(ByteBuffer target) throws ClosedChannelException {
            if (closed) {
                throw new ClosedChannelException();
            }
            skipEmpty();
            if (current == buffers.length) {
                return -1;
            }
            int before = target.remaining();
            while (target.hasRemaining() && current < buffers.length) {
                move(buffers[current], target);
                skipEmpty();
            }
            return before - target.remaining();
        }

        private static void move(ByteBuffer source, ByteBuffer target) {
            int step = Math.min(source.remaining(), target.remaining());
            target.put(target.position(), source, source.position(), step);
            target.position(target.position() + step);
            source.position(source.position() + step);
        }

        private void skipEmpty() {
            while (current < buffers.length && !buffers[current].hasRemaining()) {
                current++;
            }
        }

        @Override
        public boolean isOpen() {
            return !closed;
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
