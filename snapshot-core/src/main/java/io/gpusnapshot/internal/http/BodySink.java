package io.gpusnapshot.internal.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;

/** A target as the stream that a body is written to. Entities that have been {@linkplain #fillable made for it} know more. */
final class BodySink extends OutputStream {
    private final BodyTarget target;

    BodySink(BodyTarget target) {
        this.target = target;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        for (int done = 0; done < length; ) {
            ByteBuffer room = target.room();
            if (!room.hasRemaining()) {
                throw new BufferOverflowException();
            }
            int count = Math.min(room.remaining(), length - done);
            room.put(bytes, offset + done, count);
            target.moved(count);
            done += count;
        }
    }

    /** The same entity, but that its body fills a sink's target directly. */
    static HttpEntity fillable(HttpEntity entity) {
        return new HttpEntityWrapper(entity) {
            @Override
            public void writeTo(OutputStream out) throws IOException {
                if (out instanceof BodySink sink && getContent() instanceof SizedBody body) {
                    body.readInto(sink.target);
                } else {
                    super.writeTo(out);
                }
            }
        };
    }
}
