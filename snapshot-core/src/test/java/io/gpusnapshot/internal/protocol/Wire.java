package io.gpusnapshot.internal.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gpusnapshot.testing.BytePipe;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** Messages as they come out at the other end. */
final class Wire {
    private Wire() {}

    static Message over(Message message) throws IOException {
        BytePipe pipe = new BytePipe();
        try (MessageChannel channel = new MessageChannel(pipe.in(), pipe.out(), "the other end")) {
            channel.send(message);
            return Objects.requireNonNull(channel.receive());
        }
    }

    /** A channel to which lines have been sent. */
    static MessageChannel of(String lines) {
        InputStream in = new ByteArrayInputStream(lines.getBytes(UTF_8));
        return new MessageChannel(in, new ByteArrayOutputStream(), "the other end");
    }
}
