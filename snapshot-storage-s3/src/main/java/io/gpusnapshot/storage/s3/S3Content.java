package io.gpusnapshot.storage.s3;

import io.gpusnapshot.storage.ContentSource;
import io.gpusnapshot.storage.ContentSources;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.ContentStreamProvider;

/**
 * Content as the SDK wants it, and its digest, for which it has been read once: every store checks an MD5 before it takes
 * a body, while newer checksums are known to few.
 */
final class S3Content implements ContentStreamProvider, AutoCloseable {
    private static final int COPY_BYTES = 256 << 10;

    private final String key;
    private final ContentSource content;
    private final String md5;
    private @Nullable InputStream open;
    private @Nullable IOException failure;

    /** Reads the content through. */
    S3Content(String key, ContentSource content) throws IOException {
        this.key = key;
        this.content = content;
        this.md5 = computeMd5();
    }

    private String computeMd5() throws IOException {
        MessageDigest digest = digest();
        byte[] copy = new byte[(int) Math.min(COPY_BYTES, content.length() + 1)];
        try (InputStream in = ContentSources.exactStream(key, content)) {
            for (int count = in.read(copy); count >= 0; count = in.read(copy)) {
                digest.update(copy, 0, count);
            }
        }
        return Base64.getEncoder().encodeToString(digest.digest());
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform must have MD5", impossible);
        }
    }

    /** As {@code Content-MD5} carries it. */
    String md5() {
        return md5;
    }

    long length() {
        return content.length();
    }

    RequestBody body() {
        return RequestBody.fromContentProvider(this, content.length(), "application/octet-stream");
    }

    /** What the content failed with, which the SDK takes for a failure of the network. */
    Optional<IOException> failure() {
        return Optional.ofNullable(failure);
    }

    /** Every attempt reads anew. */
    @Override
    public InputStream newStream() {
        try {
            close();
            InputStream stream = new WatchedStream(ContentSources.exactStream(key, content));
            open = stream;
            return stream;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Ends the last attempt's reading. */
    @Override
    public void close() throws IOException {
        if (open != null) {
            open.close();
        }
    }

    /** Remembers what the content fails with. */
    private final class WatchedStream extends FilterInputStream {
        WatchedStream(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            try {
                return super.read(target, offset, length);
            } catch (IOException failed) {
                failure = failed;
                throw failed;
            }
        }
    }
}
