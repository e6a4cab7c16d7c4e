package io.gpusnapshot.storage.s3;

import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.storage.ByteRange;
import io.gpusnapshot.storage.PieceChannel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** The pieces of an object. All are of the content that the first one came from. */
final class S3Pieces implements PieceChannel.Pieces {
    private static final int PRECONDITION_FAILED = 412;

    private final S3Bucket bucket;
    private final String key;
    private @Nullable String entityTag;

    S3Pieces(S3Bucket bucket, String key) {
        this.bucket = bucket;
        this.key = key;
    }

    @Override
    public PieceChannel.Beginning fetchBeginning(int bytes) throws IOException {
        return fetch(new ByteRange(0, bytes), (response, body) -> {
            long objectBytes = objectBytes(response);
            byte[] received = receive(response, body, new ByteRange(0, Math.min(bytes, objectBytes)));
            return new PieceChannel.Beginning(ByteBuffer.wrap(received), objectBytes);
        });
    }

    private long objectBytes(GetObjectResponse response) throws DataIntegrityException {
        String range = response.contentRange();
        long bytes = PieceChannel.Beginning.objectBytes(range, lengthOf(response))
                .orElseThrow(() -> RetryableException.create("The answer has the range " + range));
        if (bytes < 1) {
            throw new DataIntegrityException(key, 0, "\"" + key + "\" is empty", null);
        }
        return bytes;
    }

    private static long lengthOf(GetObjectResponse response) {
        if (response.contentLength() == null) {
            throw RetryableException.create("The head of the answer broke off");
        }
        return response.contentLength();
    }

    @Override
    public byte[] fetch(ByteRange range) throws IOException {
        return fetch(range, (response, body) -> receive(response, body, range));
    }

    /** Takes an answer. */
    @FunctionalInterface
    private interface Receiver<T> {
        T receive(GetObjectResponse response, InputStream body) throws DataIntegrityException;
    }

    private <T> T fetch(ByteRange range, Receiver<T> receiver) throws IOException {
        GetObjectRequest request = GetObjectRequest.builder()
                .bucket(bucket.name())
                .key(key)
                .range("bytes=" + range.offset() + "-" + (range.end() - 1))
                .ifMatch(entityTag)
                .build();
        return bucket.calls().run(S3Action.READ, key, client -> fetch(client, request, range.offset(), receiver));
    }

    private <T> T fetch(S3Client client, GetObjectRequest request, long offset, Receiver<T> receiver)
            throws DataIntegrityException {
        try {
            return client.getObject(request, ResponseTransformer.unmanaged((response, body) -> {
                try (body) {
                    return receiver.receive(response, body);
                }
            }));
        } catch (S3Exception refused) {
            if (refused.statusCode() != PRECONDITION_FAILED) {
                throw refused;
            }
            throw new DataIntegrityException(
                    key, offset, "\"" + key + "\" was replaced while it was being read", refused);
        }
    }

    private byte[] receive(GetObjectResponse response, InputStream body, ByteRange range)
            throws DataIntegrityException {
        requireRange(response, range);
        byte[] bytes = new byte[(int) range.length()];
        int count = readBody(body, bytes);
        if (count < bytes.length) {
            throw RetryableException.create("The body ended after " + count + " of " + bytes.length + " bytes");
        }
        entityTag = response.eTag();
        return bytes;
    }

    private static int readBody(InputStream body, byte[] target) {
        try {
            return body.readNBytes(target, 0, target.length);
        } catch (IOException failed) {
            throw RetryableException.create("The body broke off", failed);
        }
    }

    /** A store that takes no notice of ranges would give other bytes than those asked for. */
    private void requireRange(GetObjectResponse response, ByteRange asked) throws DataIntegrityException {
        long announced = lengthOf(response);
        String range = response.contentRange();
        boolean elsewhere = range == null ? asked.offset() > 0 : !range.startsWith("bytes " + asked.offset() + "-");
        if (announced != asked.length() || elsewhere) {
            throw new DataIntegrityException(
                    key,
                    asked.offset() + announced,
                    "\"" + key + "\" is shorter than the range asks, or the store ignores ranges: it answers with "
                            + announced + " bytes (" + range + "), not with " + asked.length() + " from "
                            + asked.offset() + " on",
                    null);
        }
    }
}
