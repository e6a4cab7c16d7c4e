package io.gpusnapshot.storage.b2;

import com.backblaze.b2.client.contentSources.B2Headers;
import com.backblaze.b2.client.exceptions.B2Exception;
import com.backblaze.b2.client.exceptions.B2NetworkException;
import com.backblaze.b2.client.structures.B2DownloadByIdRequest;
import com.backblaze.b2.client.structures.B2DownloadByNameRequest;
import com.backblaze.b2.util.B2ByteRange;
import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.storage.ByteRange;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ReadableByteChannel;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads a range of a file piece by piece, because the vendor's client hands out a body only while its own call lasts,
 * and cannot take up a broken one. All pieces are of the version that the first one came from.
 */
final class B2RangeChannel implements ReadableByteChannel {
    private static final int PIECE_BYTES = 4 << 20;
    private static final String FILE_ID_HEADER = "X-Bz-File-Id";

    private final B2Calls calls;
    private final String bucketName;
    private final String key;
    private final long end;
    private final String fileId;
    private long position;
    private ByteBuffer piece;
    private boolean open = true;

    private record Piece(String fileId, ByteBuffer bytes) {}

    /** Fetches the first piece, which shows whether there is such a file. */
    B2RangeChannel(B2Calls calls, String bucketName, String key, ByteRange range) throws IOException {
        this.calls = calls;
        this.bucketName = bucketName;
        this.key = key;
        this.end = range.end();
        this.position = range.offset();
        Piece first = fetch(null);
        this.fileId = first.fileId();
        this.piece = first.bytes();
    }

    private Piece fetch(@Nullable String knownId) throws IOException {
        long length = Math.min(PIECE_BYTES, end - position);
        B2ByteRange range = B2ByteRange.between(position, position + length - 1);
        Piece[] result = new Piece[1];
        calls.run("read", key, client -> {
            if (knownId == null) {
                client.downloadByName(
                        B2DownloadByNameRequest.builder(bucketName, key)
                                .setRange(range)
                                .build(),
                        (headers, body) -> result[0] = receive(headers, body, (int) length));
            } else {
                client.downloadById(
                        B2DownloadByIdRequest.builder(knownId).setRange(range).build(),
                        (headers, body) -> result[0] = receive(headers, body, (int) length));
            }
            return key;
        });
        position += length;
        return result[0];
    }

    private Piece receive(B2Headers headers, InputStream body, int length) throws B2Exception {
        requireLength(headers, length);
        byte[] bytes = new byte[length];
        int count = readBody(body, bytes);
        if (count < length) {
            throw broken("The body ended after " + count + " of " + length + " bytes", null);
        }
        String fileId = Objects.requireNonNull(headers.getValueOrNull(FILE_ID_HEADER), "the answer has no file id");
        return new Piece(fileId, ByteBuffer.wrap(bytes));
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

    private void requireLength(B2Headers headers, int length) {
        long announced = headers.getContentLength();
        if (announced != length) {
            throw new OwnFailure(new DataIntegrityException(
                    key,
                    position + announced,
                    "\"" + key + "\" is shorter than the range asks: it has " + announced + " bytes from " + position
                            + " on, not " + length,
                    null));
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
            piece = fetch(fileId).bytes();
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
