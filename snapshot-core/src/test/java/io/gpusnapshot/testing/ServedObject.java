package io.gpusnapshot.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.gpusnapshot.storage.ByteRange;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;

/**
 * Answers with the bytes of an object, whole or the range asked for, as a store does; its methods make servers that get
 * something about it wrong.
 */
public final class ServedObject implements HttpReply {
    private static final int PIECES = 8;

    private final byte[] bytes;

    /** An object with these bytes, which are not copied. */
    public ServedObject(byte[] bytes) {
        this.bytes = bytes;
    }

    @Override
    public void send(ServedRequest request, HttpWire wire) throws IOException {
        ByteRange range = request.range(bytes.length).orElse(null);
        if (range == null) {
            wire.answer(416, "");
        } else {
            head(wire, range);
            wire.body(bytes, (int) range.offset(), (int) range.length());
        }
    }

    private void head(HttpWire wire, ByteRange range) throws IOException {
        head(wire, range, range.length());
    }

    private void head(HttpWire wire, ByteRange range, long announced) throws IOException {
        wire.head(206, contentRange(range), "Content-Length: " + announced);
    }

    private String contentRange(ByteRange range) {
        return "Content-Range: bytes " + range.offset() + "-" + (range.end() - 1) + "/" + bytes.length;
    }

    private ByteRange asked(ServedRequest request) {
        return request.range(bytes.length).orElseThrow();
    }

    /** Hangs up in mid-body. */
    public HttpReply cutAfter(int count) {
        return (request, wire) -> {
            ByteRange range = asked(request);
            head(wire, range);
            wire.body(bytes, (int) range.offset(), count);
            wire.cut();
        };
    }

    /** Falls silent in mid-body. */
    public HttpReply stallAfter(int count) {
        return stallAfter(count, new CountDownLatch(1));
    }

    /** Falls silent in mid-body, and tells of it. */
    public HttpReply stallAfter(int count, CountDownLatch silent) {
        return (request, wire) -> {
            ByteRange range = asked(request);
            head(wire, range);
            wire.body(bytes, (int) range.offset(), count);
            silent.countDown();
            wire.stall();
        };
    }

    /** Sends the body in several pieces, pausing after each. */
    public HttpReply inPieces(long pauseMillis) {
        return (request, wire) -> {
            ByteRange range = asked(request);
            head(wire, range);
            int piece = (int) range.length() / PIECES;
            for (int i = 0; i < PIECES; i++) {
                wire.body(bytes, (int) range.offset() + i * piece, piece);
                wire.pause(pauseMillis);
            }
            wire.body(bytes, (int) range.offset() + PIECES * piece, (int) range.length() - PIECES * piece);
        };
    }

    /** Takes no notice of ranges. */
    public HttpReply whole() {
        return (request, wire) -> {
            wire.head(200, "Content-Length: " + bytes.length);
            wire.body(bytes, 0, bytes.length);
        };
    }

    /** Sends another range than the one asked for, and says so. */
    public HttpReply shiftedBy(int shift) {
        return (request, wire) -> {
            ByteRange range = asked(request);
            ByteRange other = new ByteRange(range.offset() + shift, range.length());
            head(wire, other);
            wire.body(bytes, (int) other.offset(), (int) other.length());
        };
    }

    /** Announces more, or less, than the range asked for, and sends as much as was asked for. */
    public HttpReply announcing(int lengthError) {
        return (request, wire) -> {
            ByteRange range = asked(request);
            head(wire, range, range.length() + lengthError);
            wire.body(bytes, (int) range.offset(), (int) range.length());
            wire.cut();
        };
    }

    /** Announces no length. */
    public HttpReply chunked() {
        return (request, wire) -> {
            ByteRange range = asked(request);
            wire.head(206, contentRange(range), "Transfer-Encoding: chunked");
            byte[] size = (Long.toHexString(range.length()) + "\r\n").getBytes(US_ASCII);
            wire.body(size, 0, size.length);
            wire.body(bytes, (int) range.offset(), (int) range.length());
            byte[] end = "\r\n0\r\n\r\n".getBytes(US_ASCII);
            wire.body(end, 0, end.length);
        };
    }

    /** The object with one byte changed. */
    public ServedObject flipping(int index) {
        byte[] changed = bytes.clone();
        changed[index] ^= 1;
        return new ServedObject(changed);
    }
}
