package io.gpusnapshot.internal.format;

import io.gpusnapshot.error.DataIntegrityException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Arrays;

/** Splits a stream into lines and digests them. Every line ends with a line feed, the last one too. */
final class LineReader implements Closeable {
    /** An entry of a file of 100 TiB in 4 MiB chunks has a line of about 1 GiB; of 1 TiB, of 8 MiB. */
    private static final int MAX_LINE_BYTES = 1 << 30;

    private final InputStream in;
    private final String subject;
    private final MessageDigest sha256 = Digests.sha256();
    private byte[] buffer = new byte[1 << 16];
    private int start;
    private int end;
    private int limit;
    private long position;

    LineReader(InputStream in, String subject) {
        this.in = in;
        this.subject = subject;
    }

    /**
     * Moves to the next line.
     *
     * @return false at the end of the stream
     */
    boolean next() throws IOException {
        start = end;
        int scanned = start;
        while (true) {
            for (int i = scanned; i < limit; i++) {
                if (buffer[i] == '\n') {
                    end = i + 1;
                    position += end - start;
                    return true;
                }
            }
            scanned = limit - start;
            if (!fill()) {
                return false;
            }
            scanned += start;
        }
    }

    /** Reads more behind what is there, moving the open line to the front of the buffer first. */
    private boolean fill() throws IOException {
        System.arraycopy(buffer, start, buffer, 0, limit - start);
        limit -= start;
        start = 0;
        end = 0;
        if (limit == buffer.length) {
            if (limit >= MAX_LINE_BYTES) {
                throw new DataIntegrityException(subject, position, subject + " has a line without end", null);
            }
            buffer = Arrays.copyOf(buffer, limit * 2);
        }
        int count = in.read(buffer, limit, buffer.length - limit);
        if (count > 0) {
            limit += count;
            return true;
        }
        if (limit > 0) {
            throw new DataIntegrityException(subject, position, subject + " ends in the middle of a line", null);
        }
        return false;
    }

    byte[] buffer() {
        return buffer;
    }

    /** Index of the first byte of the line in {@link #buffer()}. */
    int start() {
        return start;
    }

    /** Length of the line in bytes, its line feed not counted. */
    int length() {
        return end - start - 1;
    }

    /** Offset of the first byte behind the line, from the start of the stream. */
    long position() {
        return position;
    }

    /** Adds the line, with its line feed, to the digest of all lines. */
    void digestLine() {
        sha256.update(buffer, start, end - start);
    }

    byte[] digest() {
        return sha256.digest();
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
