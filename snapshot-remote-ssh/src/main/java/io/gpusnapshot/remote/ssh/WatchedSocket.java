package io.gpusnapshot.remote.ssh;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.SocketFactory;

/** A socket that tells whenever bytes arrive. */
final class WatchedSocket extends Socket {
    private final Runnable onBytes;

    private WatchedSocket(Runnable onBytes) {
        this.onBytes = onBytes;
    }

    @Override
    public InputStream getInputStream() throws IOException {
        return new FilterInputStream(super.getInputStream()) {
            @Override
            public int read() throws IOException {
                int value = super.read();
                onBytes.run();
                return value;
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                int count = super.read(target, offset, length);
                onBytes.run();
                return count;
            }
        };
    }

    /** Makes unconnected sockets, which is all that sshj asks for. */
    static final class Factory extends SocketFactory {
        private final Runnable onBytes;

        Factory(Runnable onBytes) {
            this.onBytes = onBytes;
        }

        @Override
        public Socket createSocket() throws IOException {
            Socket socket = new WatchedSocket(onBytes);
            socket.setTcpNoDelay(true);
            socket.setKeepAlive(true);
            return socket;
        }

        @Override
        public Socket createSocket(String host, int port) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(InetAddress host, int port) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) {
            throw new UnsupportedOperationException();
        }
    }
}
