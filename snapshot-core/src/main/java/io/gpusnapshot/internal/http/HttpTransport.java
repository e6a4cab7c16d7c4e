package io.gpusnapshot.internal.http;

import io.gpusnapshot.storage.ByteRange;
import io.gpusnapshot.storage.ContentSource;
import io.gpusnapshot.storage.GrantedRequest;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * Sends granted requests, each once: it neither repeats nor redirects. A connection on which nothing moves for the time
 * limit is broken off. Thread-safe; interrupting a thread breaks off its exchange.
 */
public interface HttpTransport extends AutoCloseable {
    /**
     * Reads a range of an object.
     *
     * @param target takes the body; what has arrived before a failure is in it. While it is busy, the time limit does
     *     not run
     * @param handle lets another thread break the exchange off
     * @return the answer; its status is 200 or 206 if, and only if, the whole range is in {@code target}
     * @throws IOException if the connection fails or the body is not what the range asks for, or what the target throws
     */
    HttpAnswer download(GrantedRequest request, ByteRange range, BodyTarget target, HttpHandle handle)
            throws IOException;

    /**
     * Sends part of a content as the body.
     *
     * @param headers headers to send beside those of the request
     * @param moved is told how many more bytes the connection has taken, while it takes them
     * @throws ContentFailure if the content cannot be read
     * @throws IOException if the connection fails
     */
    HttpAnswer upload(
            GrantedRequest request,
            Map<String, String> headers,
            ContentSource content,
            ByteRange part,
            IntConsumer moved)
            throws IOException;

    /**
     * Opens connections to a server, so that requests that follow soon find them open. Returns at once, and does not tell
     * what fails: the requests will meet the same obstacle.
     *
     * @param server any address at the server
     * @param wanted how many connections there shall be, with those that there are
     */
    void connect(URI server, int wanted);

    /** Breaks off all exchanges and frees the connections. */
    @Override
    void close();
}
