package io.gpusnapshot.internal.transfer;

import io.gpusnapshot.internal.format.Digests;
import io.gpusnapshot.storage.ByteRange;
import io.gpusnapshot.storage.ContentSource;
import io.gpusnapshot.storage.GrantedRequest;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The digest by which a store checks the body of a part.
 *
 * @param value what the header carries
 * @param sha1 the same, if it is a SHA-1
 */
record PartDigest(String value, Optional<String> sha1) {
    private static final int COPY_BYTES = 256 << 10;

    /** Computes the digest that a header is for; see {@link GrantedRequest#digestHeader()}. */
    static PartDigest compute(String header, String key, ContentSource content, ByteRange part) throws IOException {
        if (header.equals(GrantedRequest.CONTENT_MD5)) {
            byte[] md5 = digest(Digests.md5(), key, content, part);
            return new PartDigest(Base64.getEncoder().encodeToString(md5), Optional.empty());
        }
        String sha1 = HexFormat.of().formatHex(digest(Digests.sha1(), key, content, part));
        return new PartDigest(sha1, Optional.of(sha1));
    }

    private static byte[] digest(MessageDigest digest, String key, ContentSource content, ByteRange part)
            throws IOException {
        ByteBuffer copy = ByteBuffer.allocate(COPY_BYTES);
        long left = part.length();
        try (ReadableByteChannel source = content.open(part.offset())) {
            while (left > 0) {
                int count = source.read(copy.clear().limit((int) Math.min(COPY_BYTES, left)));
                if (count < 0) {
                    throw new EOFException(key + " ended " + left + " bytes early");
                }
                digest.update(copy.flip());
                left -= count;
            }
        }
        return digest.digest();
    }
}
