package io.gpusnapshot.storage;

import java.nio.ByteBuffer;

/** Content that is already in memory. */
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
}
