package io.gpusnapshot.storage.b2;

import com.backblaze.b2.client.contentSources.B2ContentSource;
import io.gpusnapshot.storage.ContentSource;
import io.gpusnapshot.storage.ContentSources;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Content as the vendor's client wants it. The client appends the SHA-1 of what it sent, which the server checks. */
final class B2Content implements B2ContentSource {
    private final String key;
    private final ContentSource content;

    B2Content(String key, ContentSource content) {
        this.key = key;
        this.content = content;
    }

    @Override
    public long getContentLength() {
        return content.length();
    }

    @Override
    public @Nullable String getSha1OrNull() {
        return null;
    }

    @Override
    public @Nullable Long getSrcLastModifiedMillisOrNull() {
        return null;
    }

    @Override
    public InputStream createInputStream() {
        try {
            return new CarryingStream(ContentSources.exactStream(key, content));
        } catch (IOException failed) {
            throw new OwnFailure(failed);
        }
    }

    /** Throws what the client does not take for a failure of the network. */
    private static final class CarryingStream extends FilterInputStream {
        CarryingStream(InputStream in) {
            super(in);
        }

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            try {
                return super.read(target, offset, length);
            } catch (IOException failed) {
                throw new OwnFailure(failed);
            }
        }
    }
}
