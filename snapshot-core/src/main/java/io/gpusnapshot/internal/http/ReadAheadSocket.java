package io.gpusnapshot.internal.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;

/**
 * A connected socket, for TLS to be laid over. TLS in the JDK asks the socket for the five bytes before each record of 16
 * KiB, and then for the record, and each time a socket of a channel changes to non-blocking and back. Reading ahead
 * spares most of that (the race over TLS in docs/performance.md). It passes on what TLS and HTTP ask of a socket.
 */
final class ReadAheadSocket extends Socket {
    /** Four records: hardly more than one read for all of them, and little heap for each of many connections. */
    static final int AHEAD_BYTES = 64 << 10;

    private final Socket socket;
    private final InputStream input;

    ReadAheadSocket(Socket socket) throws IOException {
        this.socket = socket;
        this.input = new ReadAhead(socket.getInputStream());
    }

    /** Like a buffered stream, but never waits, nor asks whether it would have to, for more than there is. */
    private static final class ReadAhead extends InputStream {
        private final InputStream source;
        private final byte[] ahead = new byte[AHEAD_BYTES];
        private int position;
        private int limit;

        ReadAhead(InputStream source) {
            this.source = source;
        }

        @Override
        public int read() throws IOException {
            return hasMore() ? ahead[position++] & 0xFF : -1;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (!hasMore()) {
                return -1;
            }
            int count = Math.min(length, limit - position);
            System.arraycopy(ahead, position, target, offset, count);
            position += count;
            return count;
        }

        private boolean hasMore() throws IOException {
            if (position == limit) {
                int count = source.read(ahead, 0, ahead.length);
                position = 0;
                limit = Math.max(0, count);
            }
            return position < limit;
        }

        @Override
        public int available() throws IOException {
            return limit - position + source.available();
        }

        @Override
        public void close() throws IOException {
            source.close();
        }
    }

    @Override
    public InputStream getInputStream() {
        return input;
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        return socket.getOutputStream();
    }

    @Override
    public synchronized void close() throws IOException {
        socket.close();
    }

    @Override
    public void shutdownInput() throws IOException {
        socket.shutdownInput();
    }

    @Override
    public void shutdownOutput() throws IOException {
        socket.shutdownOutput();
    }

    @Override
    public boolean isBound() {
        return socket.isBound();
    }

    @Override
    public boolean isConnected() {
        return socket.isConnected();
    }

    @Override
    public boolean isClosed() {
        return socket.isClosed();
    }

    @Override
    public boolean isInputShutdown() {
        return socket.isInputShutdown();
    }

    @Override
    public boolean isOutputShutdown() {
        return socket.isOutputShutdown();
    }

    @Override
    public InetAddress getInetAddress() {
        return socket.getInetAddress();
    }

    @Override
    public InetAddress getLocalAddress() {
        return socket.getLocalAddress();
    }

    @Override
    public int getPort() {
        return socket.getPort();
    }

    @Override
    public int getLocalPort() {
        return socket.getLocalPort();
    }

    @Override
    public SocketAddress getRemoteSocketAddress() {
        return socket.getRemoteSocketAddress();
    }

    @Override
    public SocketAddress getLocalSocketAddress() {
        return socket.getLocalSocketAddress();
    }

    @Override
    public synchronized int getSoTimeout() throws SocketException {
        return socket.getSoTimeout();
    }

    @Override
    public synchronized void setSoTimeout(int millis) throws SocketException {
        socket.setSoTimeout(millis);
    }

    @Override
    public int getSoLinger() throws SocketException {
        return socket.getSoLinger();
    }

    @Override
    public void setSoLinger(boolean on, int seconds) throws SocketException {
        socket.setSoLinger(on, seconds);
    }

    @Override
    public String toString() {
        return socket.toString();
    }
}
