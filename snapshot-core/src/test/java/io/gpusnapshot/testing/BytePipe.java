package io.gpusnapshot.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** A pipe that holds as much as is written, between any threads. Once it is ended, reads get the rest and then −1. */
public final class BytePipe {
    private static final byte[] END = new byte[0];

    private final BlockingQueue<byte[]> pieces = new LinkedBlockingQueue<>();
    private final InputStream in = new Reader();
    private final OutputStream out = new Writer();
    private volatile boolean ended;

    public InputStream in() {
        return in;
    }

    /** Fails once the pipe was ended. */
    public OutputStream out() {
        return out;
    }

    public void end() {
        ended = true;
        pieces.add(END);
    }

    private final class Writer extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (ended) {
                throw new IOException("Broken pipe");
            }
            if (length > 0) {
                pieces.add(Arrays.copyOfRange(bytes, offset, offset + length));
            }
        }

        @Override
        public void close() {
            end();
        }
    }

    private final class Reader extends InputStream {
        private byte[] piece = new byte[0];
        private int position;
        private boolean atEnd;

        @Override
        public int read() throws IOException {
            byte[] single = new byte[1];
            return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (position == piece.length && !next()) {
                return -1;
            }
            int count = Math.min(length, piece.length - position);
            System.arraycopy(piece, position, target, offset, count);
            position += count;
            return count;
        }

        private boolean next() throws IOException {
            try {
                if (!atEnd) {
                    piece = pieces.take();
                    position = 0;
                    atEnd = piece.length == 0;
                }
                return !atEnd;
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("stopped");
            }
        }

        @Override
        public void close() {
            end();
        }
    }
}
