package io.gpusnapshot.internal.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.function.IntConsumer;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;

/** A buffer as the target of a body. Entities that have been {@linkplain #fillable made for it} spare the way by arrays. */
final class BufferSink extends OutputStream {
    private final ByteBuffer target;
    private final IntConsumer moved;

    /**
     * @param moved is told how many more bytes have come, while they come
     */
    BufferSink(ByteBuffer target, IntConsumer moved) {
        this.target = target;
        this.moved = moved;
    }

    @Override
    public void write(int value) {
        target.put((byte) value);
        moved.accept(1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        target.put(bytes, offset, length);
        moved.accept(length);
    }

    /** The same entity, but that its body knows the short way into a sink. */
    static HttpEntity fillable(HttpEntity entity) {
        return new HttpEntityWrapper(entity) {
            @Override
            public void writeTo(OutputStream out) throws IOException {
                if (out instanceof BufferSink sink && getContent() instanceof SizedBody body) {
                    body.readInto(sink.target, sink.moved);
                } else {
                    super.writeTo(out);
                }
            }
        };
    }
}
