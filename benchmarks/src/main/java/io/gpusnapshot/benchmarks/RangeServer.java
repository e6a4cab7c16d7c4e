package io.gpusnapshot.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Answers requests for ranges of an object that is all zeros, over one connection at a time, as cheaply as it can. */
final class RangeServer implements AutoCloseable {
    private static final int OBJECT_BYTES = 64 << 20;
    private static final Pattern RANGE = Pattern.compile("Range: bytes=(\\d+)-(\\d+)\r\n", Pattern.CASE_INSENSITIVE);

    private final ServerSocketChannel listening;
    private final ByteBuffer object = ByteBuffer.allocateDirect(OBJECT_BYTES);
    private final ByteBuffer head = ByteBuffer.allocate(8 << 10);

    RangeServer() {
        try {
            listening = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        Thread server = new Thread(this::serve, "range-server");
        server.setDaemon(true);
        server.start();
    }

    URI address() {
        return URI.create("http://localhost:" + listening.socket().getLocalPort() + "/object");
    }

    private void serve() {
        try {
            while (true) {
                try (SocketChannel connection = listening.accept()) {
                    answerAll(connection);
                }
            }
        } catch (ClosedChannelException closed) {
            // That is how it ends.
            return;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void answerAll(SocketChannel connection) throws IOException {
        for (String request = nextRequest(connection); !request.isEmpty(); request = nextRequest(connection)) {
            Matcher range = RANGE.matcher(request);
            if (!range.find()) {
                throw new IOException("only ranges are served: " + request);
            }
            int first = Integer.parseInt(range.group(1));
            int last = Integer.parseInt(range.group(2));
            String answer = "HTTP/1.1 206 Partial Content\r\nContent-Length: " + (last + 1 - first)
                    + "\r\nContent-Range: bytes " + first + "-" + last + "/" + OBJECT_BYTES + "\r\n\r\n";
            ByteBuffer[] pieces = {
                ByteBuffer.wrap(answer.getBytes(StandardCharsets.US_ASCII)), object.slice(first, last + 1 - first)
            };
            while (pieces[1].hasRemaining()) {
                connection.write(pieces);
            }
        }
    }

    /** Nothing when the client has closed the connection. Clients wait for each answer, so there is never more than one. */
    private String nextRequest(SocketChannel connection) throws IOException {
        head.clear();
        String text = "";
        while (!text.endsWith("\r\n\r\n")) {
            if (connection.read(head) < 0) {
                return "";
            }
            text = new String(head.array(), 0, head.position(), StandardCharsets.US_ASCII);
        }
        return text;
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
