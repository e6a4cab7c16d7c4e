package io.gpusnapshot.storage.b2.emulator;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.LongConsumer;
import org.apache.http.entity.AbstractHttpEntity;

/** The body of an answer, written as the HTTP server asks for it. */
final class ReplyEntity extends AbstractHttpEntity {
    private final Reply.Content content;
    private final LongConsumer counter;

    ReplyEntity(Reply.Content content, LongConsumer counter) {
        this.content = content;
        this.counter = counter;
    }

    @Override
    public long getContentLength() {
        return content.length();
    }

    @Override
    public void writeTo(OutputStream sink) throws IOException {
        content.writeTo(new CountingOutputStream(sink, counter));
    }

    @Override
    public InputStream getContent() {
        throw new UnsupportedOperationException("answers are written, not read");
    }

    @Override
    public boolean isRepeatable() {
        return false;
    }

    @Override
    public boolean isStreaming() {
        return false;
    }
}
