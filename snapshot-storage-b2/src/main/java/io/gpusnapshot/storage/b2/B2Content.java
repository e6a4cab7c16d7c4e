package io.gpusnapshot.storage.b2;

import com.backblaze.b2.client.contentSources.B2ContentSource;
import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.storage.ContentSource;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.channels.Channels;
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
            return new ExactStream(Channels.newInputStream(content.open(0)));
        } catch (IOException failed) {
            throw new OwnFailure(failed);
        }
    }

    /** Fails when the content cannot be read, or is not as long as it was said to be. */
    private final class ExactStream extends FilterInputStream {
        private long count;

        ExactStream(InputStream in) {
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
                return readExactly(target, offset, length);
            } catch (IOException failed) {
                throw new OwnFailure(failed);
            }
        }

        private int readExactly(byte[] target, int offset, int length) throws IOException {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("Interrupted while sending \"" + key + "\"");
            }
            int read = super.read(target, offset, length);
            count += Math.max(read, 0);
            boolean ended = read < 0;
            if (count > content.length() || (ended && count < content.length())) {
                throw new DataIntegrityException(
                        key,
                        count,
                        "The content of \"" + key + "\" has " + (ended ? "only " : "at least ") + count + " bytes, but "
                                + content.length() + " were announced",
                        null);
            }
            return read;
        }
    }
}
