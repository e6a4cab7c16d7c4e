package io.gpusnapshot.testing;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;

/** What {@link ScriptedHttpServer} does with one request. What it leaves unread of the request's body is lost. */
@FunctionalInterface
public interface HttpReply {
    void send(ServedRequest request, HttpWire wire) throws IOException, InterruptedException;

    /** An answer without a body, after the request's own has been read. */
    static HttpReply status(int status, String... headers) {
        return error(status, "", headers);
    }

    /** An answer whose body is text, after the request's own has been read. */
    static HttpReply error(int status, String text, String... headers) {
        return (request, wire) -> {
            wire.readBody(request);
            wire.answer(status, text, headers);
        };
    }

    /** Reads the request with its body, and never answers. */
    static HttpReply silence() {
        return (request, wire) -> {
            wire.readBody(request);
            wire.stall();
        };
    }

    /** Takes nothing of the request's body off the connection, and never answers. */
    static HttpReply deafness() {
        return (request, wire) -> wire.stall();
    }

    /** Reads the request with its body, and hangs up. */
    static HttpReply hangUp() {
        return (request, wire) -> {
            wire.readBody(request);
            wire.cut();
        };
    }

    /** Tells that a request has arrived, then waits to be let on. */
    default HttpReply gated(CountDownLatch arrived, CountDownLatch letOn) {
        return (request, wire) -> {
            arrived.countDown();
            letOn.await();
            send(request, wire);
        };
    }
}
