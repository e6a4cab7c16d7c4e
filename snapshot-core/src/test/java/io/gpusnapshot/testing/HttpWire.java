package io.gpusnapshot.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The server's end of one connection. Belongs to one thread. */
public final class HttpWire {
    private final Socket socket;
    private final int number;
    private final CountDownLatch closing;
    private final InputStream input;
    private final OutputStream output;

    HttpWire(Socket socket, int number, CountDownLatch closing) throws IOException {
        this.socket = socket;
        this.number = number;
        this.closing = closing;
        this.input = new BufferedInputStream(socket.getInputStream());
        this.output = socket.getOutputStream();
    }

    boolean isOpen() {
        return !socket.isClosed();
    }

    /** The next request's head, unless the client has hung up. */
    Optional<ServedRequest> readHead() throws IOException {
        String[] first = readLine().split(" ", -1);
        if (first.length < 3) {
            return Optional.empty();
        }
        Map<String, String> headers = new HashMap<>();
        for (String line = readLine(); !line.isEmpty(); line = readLine()) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        return Optional.of(new ServedRequest(first[0], first[1], headers, number));
    }

    private String readLine() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = input.read(); next >= 0 && next != '\n'; next = input.read()) {
            line.append((char) next);
        }
        return line.toString().strip();
    }

    public void readBody(ServedRequest request) throws IOException {
        request.read(input.readNBytes(request.contentLength()));
    }

    /** Sends a whole answer. */
    public void answer(int status, String text, String... headers) throws IOException {
        byte[] body = text.getBytes(UTF_8);
        String[] all = new String[headers.length + 1];
        System.arraycopy(headers, 0, all, 0, headers.length);
        all[headers.length] = "Content-Length: " + body.length;
        head(status, all);
        body(body, 0, body.length);
    }

    public void head(int status, String... headers) throws IOException {
        output.write(
                ("HTTP/1.1 " + status + " x\r\n" + String.join("\r\n", headers) + "\r\n\r\n").getBytes(ISO_8859_1));
    }

    public void body(byte[] bytes, int offset, int count) throws IOException {
        output.write(bytes, offset, count);
    }

    /** Hangs up. */
    public void cut() throws IOException {
        socket.close();
    }

    /** Does nothing until the server is closed. */
    public void stall() throws InterruptedException {
        closing.await();
    }

    /** Does nothing for a while, unless the server is closed meanwhile. */
    public void pause(long millis) throws InterruptedException {
        if (closing.await(millis, TimeUnit.MILLISECONDS)) {
            throw new InterruptedException("the server is closing");
        }
    }
}
