package io.gpusnapshot.storage.s3;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.gpusnapshot.testing.HttpReply;
import io.gpusnapshot.testing.HttpWire;
import io.gpusnapshot.testing.ScriptedHttpServer;
import io.gpusnapshot.testing.ServedRequest;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** Passes requests on to a real server, but for those that go wrong as planned. */
final class FaultyRelay implements AutoCloseable {
    private final URI origin;
    private final ScriptedHttpServer front;
    private final List<Fault> faults = new CopyOnWriteArrayList<>();

    private record Fault(Predicate<ServedRequest> which, HttpReply reply, AtomicInteger left) {
        boolean takes(ServedRequest request) {
            return which.test(request) && left.getAndDecrement() > 0;
        }
    }

    FaultyRelay(URI origin) throws IOException {
        this.origin = origin;
        this.front = ScriptedHttpServer.start(this::answer);
    }

    /** Requests of a method whose target contains a text. */
    static Predicate<ServedRequest> request(String method, String part) {
        return request -> request.method().equals(method) && request.target().contains(part);
    }

    /** From now on, the next few of some requests get this reply. */
    FaultyRelay fail(Predicate<ServedRequest> which, int times, HttpReply reply) {
        faults.add(new Fault(which, reply, new AtomicInteger(times)));
        return this;
    }

    void heal() {
        faults.clear();
    }

    URI endpoint() {
        return front.uri("");
    }

    long count(Predicate<ServedRequest> which) {
        return front.requests().stream().filter(which).count();
    }

    List<ServedRequest> requests() {
        return front.requests();
    }

    private void answer(ServedRequest request, HttpWire wire) throws IOException, InterruptedException {
        Optional<Fault> fault =
                faults.stream().filter(planned -> planned.takes(request)).findFirst();
        if (fault.isPresent()) {
            fault.get().reply().send(request, wire);
        } else {
            byte[] answer = passOn(request, wire);
            wire.body(answer, 0, answer.length);
            wire.cut();
        }
    }

    /** The request is done, but its sender hears nothing of it. */
    HttpReply dropReply() {
        return (request, wire) -> {
            passOn(request, wire);
            wire.cut();
        };
    }

    /** The answer breaks off before its last bytes. */
    HttpReply cutReply(int missing) {
        return (request, wire) -> {
            byte[] answer = passOn(request, wire);
            wire.body(answer, 0, answer.length - missing);
            wire.cut();
        };
    }

    private byte[] passOn(ServedRequest request, HttpWire wire) throws IOException {
        wire.readBody(request);
        StringBuilder head = new StringBuilder(request.method() + " " + request.target() + " HTTP/1.1\r\n");
        request.headers().forEach((name, value) -> {
            if (!name.equals("connection")) {
                head.append(name).append(": ").append(value).append("\r\n");
            }
        });
        head.append("connection: close\r\n\r\n");
        try (Socket socket = new Socket(origin.getHost(), origin.getPort())) {
            OutputStream out = socket.getOutputStream();
            out.write(head.toString().getBytes(ISO_8859_1));
            out.write(request.body());
            return socket.getInputStream().readAllBytes();
        }
    }

    @Override
    public void close() throws IOException {
        front.close();
    }
}
