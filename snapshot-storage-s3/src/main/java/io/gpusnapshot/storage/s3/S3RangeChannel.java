package io.gpusnapshot.storage.s3;

import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.storage.ByteRange;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ReadableByteChannel;
import java.util.Optional;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Reads a range of an object piece by piece, because the vendor's client takes up a broken body only while its own call
 * lasts. All pieces are of the content that the first one came from.
 */
final class S3RangeChannel implements ReadableByteChannel {
    private static final int PIECE_BYTES = 4 << 20;
    private static final int PRECONDITION_FAILED = 412;

    private final S3Bucket bucket;
    private final String key;
    private final long end;
    private final Optional<String> entityTag;
    private long position;
    private ByteBuffer piece;
    private boolean open = true;

    private record Piece(Optional<String> entityTag, ByteBuffer bytes) {}

    /** Fetches the first piece, which shows whether there is such an object. */
    S3RangeChannel(S3Bucket bucket, String key, ByteRange range) throws IOException {
        this.bucket = bucket;
        this.key = key;
        this.end = range.end();
        this.position = range.offset();
        Piece first = fetch(Optional.empty());
        this.entityTag = first.entityTag();
        this.piece = first.bytes();
    }

    private Piece fetch(Optional<String> tag) throws IOException {
        int length = (int) Math.min(PIECE_BYTES, end - position);
        GetObjectRequest.Builder request = GetObjectRequest.builder()
                .bucket(bucket.name())
                .key(key)
                .range("bytes=" + position + "-" + (position + length - 1));
        tag.ifPresent(request::ifMatch);
        Piece fetched = bucket.calls().run(S3Action.READ, key, client -> fetch(client, request.build(), length));
        position += length;
        return fetched;
    }

    private Piece fetch(S3Client client, GetObjectRequest request, int length) throws DataIntegrityException {
        try {
            return client.getObject(request, ResponseTransformer.unmanaged((response, body) -> {
                try (body) {
                    return receive(response, body, length);
                }
            }));
        } catch (S3Exception refused) {
            if (refused.statusCode() != PRECONDITION_FAILED) {
                throw refused;
            }
            throw new DataIntegrityException(
                    key, position, "\"" + key + "\" was replaced while it was being read", refused);
        }
    }

    private Piece receive(GetObjectResponse response, InputStream body, int length) throws DataIntegrityException {
        requireRange(response, length);
        byte[] bytes = new byte[length];
        int count = readBody(body, bytes);
        if (count < length) {
            throw RetryableException.create("The body ended after " + count + " of " + length + " bytes");
        }
        return new Piece(Optional.ofNullable(response.eTag()), ByteBuffer.wrap(bytes));
    }

    private static int readBody(InputStream body, byte[] target) {
        try {
            return body.readNBytes(target, 0, target.length);
        } catch (IOException failed) {
            throw RetryableException.create("The body broke off", failed);
        }
    }

    /** A store that takes no notice of ranges would give other bytes than those asked for. */
    private void requireRange(GetObjectResponse response, int length) throws DataIntegrityException {
        if (response.contentLength() == null) {
            throw RetryableException.create("The head of the answer broke off");
        }
        long announced = response.contentLength();
        String range = response.contentRange();
        boolean elsewhere = range == null ? position > 0 : !range.startsWith("bytes " + position + "-");
        if (announced != length || elsewhere) {
            throw new DataIntegrityException(
                    key,
                    position + announced,
                    "\"" + key + "\" is shorter than the range asks, or the store ignores ranges: it answers with "
                            + announced + " bytes (" + range + "), not with " + length + " from " + position + " on",
                    null);
        }
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        if (!open) {
            throw new ClosedChannelException();
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("Interrupted while reading \"" + key + "\"");
        }
        if (!piece.hasRemaining()) {
            if (position >= end) {
                return -1;
            }
            piece = fetch(entityTag).bytes();
        }
        int count = Math.min(piece.remaining(), target.remaining());
        target.put(piece.slice(piece.position(), count));
        piece.position(piece.position() + count);
        return count;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void close() {
        open = false;
    }
}
