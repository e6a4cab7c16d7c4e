package io.gpusnapshot.internal.format;

import io.gpusnapshot.error.DataIntegrityException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * Cuts a stream into blocks of whole lines and digests all lines but the last. Every line ends with a line feed, the last
 * one too.
 */
final class LineReader implements Closeable {
    private static final int BLOCK_BYTES = 1 << 17;
    /** An entry of a file of 1 TiB in 4 MiB chunks has a line of about 8 MiB. Bounds what hostile lines allocate. */
    static final int MAX_LINE_BYTES = 64 << 20;

    private final InputStream in;
    private final String subject;
    private final MessageDigest sha256 = Digests.sha256();
    private byte[] buffer = new byte[BLOCK_BYTES];
    private int end;
    private int limit;
    private long position;
    private boolean exhausted;

    LineReader(InputStream in, String subject) {
        this.in = in;
        this.subject = subject;
    }

    /**
     * Moves to the next block. The last line of the stream is a block of its own.
     *
     * @return false at the end of the stream
     */
    boolean next() throws IOException {
        moveRestToFront();
        fill();
        if (limit == 0) {
            return false;
        }
        end = endOfLines();
        while (end == 0 && !exhausted) {
            buffer = Arrays.copyOf(buffer, grown());
            fill();
            end = endOfLines();
        }
        if (end == 0) {
            throw new DataIntegrityException(subject, position, subject + " ends in the middle of a line", null);
        }
        position += end;
        if (!isLast()) {
            sha256.update(buffer, 0, end);
        }
        return true;
    }

    private void moveRestToFront() {
        System.arraycopy(buffer, end, buffer, 0, limit - end);
        limit -= end;
        end = 0;
    }

    private void fill() throws IOException {
        while (limit < buffer.length && !exhausted) {
            int count = in.read(buffer, limit, buffer.length - limit);
            exhausted = count < 0;
            limit += Math.max(count, 0);
        }
    }

    private int grown() throws DataIntegrityException {
        if (buffer.length > MAX_LINE_BYTES) {
            throw new DataIntegrityException(
                    subject, position, subject + " has a line of more than " + MAX_LINE_BYTES + " bytes", null);
        }
        // One byte more than a line, to see that it is not the last.
        return Math.min(buffer.length * 2, MAX_LINE_BYTES + 1);
    }

    /** Index behind the last whole line, but before the last line of the stream unless that is all there is. */
    private int endOfLines() {
        int last = lastLineFeed(limit);
        if (last < 0) {
            return 0;
        }
        if (!exhausted && last + 1 < limit) {
            return last + 1;
        }
        // Without a look beyond it, the last whole line here might be the last of all.
        int beforeLast = lastLineFeed(last);
        return beforeLast < 0 && exhausted ? last + 1 : beforeLast + 1;
    }

    private int lastLineFeed(int before) {
        int index = before - 1;
        while (index >= 0 && buffer[index] != '\n') {
            index--;
        }
        return index;
    }

    /** Whether nothing but the block's single line is left of the stream. */
    private boolean isLast() {
        return exhausted && end == limit;
    }

    byte[] buffer() {
        return buffer;
    }

    /** Length in bytes of the block, which starts where {@link #buffer()} does. */
    int length() {
        return end;
    }

    /** Offset of the first byte behind the block, from the start of the stream. */
    long position() {
        return position;
    }

    /** SHA-256 of all lines but the last; valid once the last has been read. */
    byte[] digest() {
        return sha256.digest();
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
