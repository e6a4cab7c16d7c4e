package io.gpusnapshot.internal.http;

import io.gpusnapshot.storage.ByteRange;
import io.gpusnapshot.storage.ContentSource;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.util.function.IntConsumer;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.AbstractHttpEntity;

/** A range of a content as the body of a request. */
final class PartEntity extends AbstractHttpEntity {
    private static final int COPY_BYTES = 256 << 10;

    private final ContentSource content;
    private final ByteRange part;
    private final IntConsumer moved;

    /**
     * @param moved is told how many more bytes the connection has taken
     */
    PartEntity(ContentSource content, ByteRange part, IntConsumer moved) {
        super(ContentType.APPLICATION_OCTET_STREAM, null);
        this.content = content;
        this.part = part;
        this.moved = moved;
    }

    @Override
    public long getContentLength() {
        return part.length();
    }

    @Override
    public void writeTo(OutputStream target) throws IOException {
        ByteBuffer copy = ByteBuffer.allocate((int) Math.min(COPY_BYTES, part.length()));
        long left = part.length();
        try (ReadableByteChannel source = open()) {
            while (left > 0) {
                int count = read(source, copy.clear().limit((int) Math.min(copy.capacity(), left)), left);
                target.write(copy.array(), 0, count);
                left -= count;
                moved.accept(count);
            }
        }
    }

    private ReadableByteChannel open() throws ContentFailure {
        try {
            return content.open(part.offset());
        } catch (IOException failed) {
            throw new ContentFailure(failed);
        }
    }

    private static int read(ReadableByteChannel source, ByteBuffer copy, long left) throws ContentFailure {
        try {
            int count = source.read(copy);
            if (count < 0) {
                throw new EOFException("The content ended " + left + " bytes early");
            }
            return count;
        } catch (IOException failed) {
            throw new ContentFailure(failed);
        }
    }

    @Override
    public InputStream getContent() throws IOException {
        return Channels.newInputStream(content.open(part.offset()));
    }

    @Override
    public boolean isRepeatable() {
        return false;
    }

    @Override
    public boolean isStreaming() {
        return false;
    }

    @Override
    public void close() {}
}
