package io.gpusnapshot.internal.delivery;

import io.gpusnapshot.internal.format.Digests;
import io.gpusnapshot.storage.ContentSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * Something to be sent to hosts, known by its content.
 *
 * @param sha256 of the content, in lower-case hexadecimal digits
 */
record Artifact(ContentSource content, String sha256) {
    private static final int BUFFER_BYTES = 64 << 10;

    /** Reads the content once. */
    static Artifact of(ContentSource content) throws IOException {
        MessageDigest sha256 = Digests.sha256();
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        try (ReadableByteChannel channel = content.open(0)) {
            while (channel.read(buffer) >= 0) {
                sha256.update(buffer.flip());
                buffer.clear();
            }
        }
        return new Artifact(content, HexFormat.of().formatHex(sha256.digest()));
    }

    long lengthBytes() {
        return content.length();
    }
}
