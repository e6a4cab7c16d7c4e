package io.gpusnapshot.storage.b2;

import com.backblaze.b2.client.contentHandlers.B2ContentSink;
import com.backblaze.b2.client.contentSources.B2Headers;
import com.backblaze.b2.client.exceptions.B2Exception;
import com.backblaze.b2.client.exceptions.B2NetworkException;
import com.backblaze.b2.client.structures.B2DownloadByIdRequest;
import com.backblaze.b2.client.structures.B2DownloadByNameRequest;
import com.backblaze.b2.util.B2ByteRange;
import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.storage.ByteRange;
import io.gpusnapshot.storage.PieceChannel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The pieces of a file. All are of the version that the first one came from. */
final class B2Pieces implements PieceChannel.Pieces {
    private static final String FILE_ID_HEADER = "X-Bz-File-Id";

    private final B2Calls calls;
    private final String bucketName;
    private final String key;
    private @Nullable String fileId;

    B2Pieces(B2Calls calls, String bucketName, String key) {
        this.calls = calls;
        this.bucketName = bucketName;
        this.key = key;
    }

    @Override
    public PieceChannel.Beginning fetchBeginning(int bytes) throws IOException {
        PieceChannel.Beginning[] result = new PieceChannel.Beginning[1];
        fetch(new ByteRange(0, bytes), (headers, body) -> {
            long objectBytes = objectBytes(headers);
            long expected = Math.min(bytes, objectBytes);
            byte[] received = receive(headers, body, new ByteRange(0, expected));
            result[0] = new PieceChannel.Beginning(ByteBuffer.wrap(received), objectBytes);
        });
        return result[0];
    }

    private long objectBytes(B2Headers headers) throws B2Exception {
        String range = headers.getValueOrNull("Content-Range");
        long bytes = PieceChannel.Beginning.objectBytes(range, headers.getContentLength())
                .orElseThrow(() -> broken("The answer has the range " + range, null));
        if (bytes < 1) {
            throw new OwnFailure(new DataIntegrityException(key, 0, "\"" + key + "\" is empty", null));
        }
        return bytes;
    }

    @Override
    public byte[] fetch(ByteRange range) throws IOException {
        byte[][] result = new byte[1][];
        fetch(range, (headers, body) -> result[0] = receive(headers, body, range));
        return result[0];
    }

    /** Has a receiver take a range: the vendor's client hands out a body only while its own call lasts. */
    private void fetch(ByteRange range, B2ContentSink receiver) throws IOException {
        B2ByteRange wanted = B2ByteRange.between(range.offset(), range.end() - 1);
        String known = fileId;
        calls.run("read", key, client -> {
            if (known == null) {
                client.downloadByName(
                        B2DownloadByNameRequest.builder(bucketName, key)
                                .setRange(wanted)
                                .build(),
                        receiver);
            } else {
                client.downloadById(
                        B2DownloadByIdRequest.builder(known).setRange(wanted).build(), receiver);
            }
            return range;
        });
    }

    private byte[] receive(B2Headers headers, InputStream body, ByteRange range) throws B2Exception {
        requireLength(headers, range);
        byte[] bytes = new byte[(int) range.length()];
        int count = readBody(body, bytes);
        if (count < bytes.length) {
            throw broken("The body ended after " + count + " of " + bytes.length + " bytes", null);
        }
        fileId = Objects.requireNonNull(headers.getValueOrNull(FILE_ID_HEADER), "the answer has no file id");
        return bytes;
    }

    private static int readBody(InputStream body, byte[] target) throws B2Exception {
        try {
            return body.readNBytes(target, 0, target.length);
        } catch (IOException failed) {
            throw broken("The body broke off", failed);
        }
    }

    /** The kind of failure that makes the client try again. */
    private static B2Exception broken(String message, @Nullable IOException cause) {
        return new B2NetworkException("broken_body", null, message, cause);
    }

    private void requireLength(B2Headers headers, ByteRange range) {
        long announced = headers.getContentLength();
        if (announced != range.length()) {
            throw new OwnFailure(new DataIntegrityException(
                    key,
                    range.offset() + announced,
                    "\"" + key + "\" is shorter than the range asks: it has " + announced + " bytes from "
                            + range.offset() + " on, not " + range.length(),
                    null));
        }
    }
}
