package io.gpusnapshot.storage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;

/** Content that is already in memory, and content as a stream. */
public final class ContentSources {
    private ContentSources() {}

    /** The bytes of an array, which is not copied and must not change while the source is in use. */
    public static ContentSource of(byte[] bytes) {
        return of(ByteBuffer.wrap(bytes));
    }

    /**
     * The remaining bytes of several buffers, one after the other. Neither the bytes nor the buffers' positions are
     * touched, and nothing is copied but into the reader's own buffer: direct buffers stay off the heap. The bytes must
     * not change while the source is in use.
     */
    public static ContentSource of(ByteBuffer... buffers) {
        return new BufferContentSource(buffers);
    }

    /**
     * Opens content as a stream that fails with {@link io.gpusnapshot.error.DataIntegrityException} if the content is not
     * as long as it says, and ends when the reading thread is interrupted. The caller closes it.
     *
     * @param key what the content is put under, for errors
     */
    public static InputStream exactStream(String key, ContentSource content) throws IOException {
        return new ExactStream(key, Channels.newInputStream(content.open(0)), content.length());
    }
}
