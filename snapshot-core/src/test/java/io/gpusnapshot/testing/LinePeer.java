package io.gpusnapshot.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Speaks the lines that agents and orchestrators speak, and whatever else a test has it say. */
public final class LinePeer {
    private final BufferedReader in;
    private final OutputStream out;

    public LinePeer(InputStream in, OutputStream out) {
        this.in = new BufferedReader(new InputStreamReader(in, UTF_8));
        this.out = out;
    }

    /** A JSON object of a type, with names and values in turn. */
    public static Map<String, Object> message(String type, Object... fields) {
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("type", type);
        for (int i = 0; i < fields.length; i += 2) {
            message.put((String) fields[i], fields[i + 1]);
        }
        return message;
    }

    public void say(Map<String, Object> message) throws IOException {
        sayLine(JSON.std.asString(message));
    }

    public void sayLine(String line) throws IOException {
        out.write((line + "\n").getBytes(UTF_8));
        out.flush();
    }

    /** The next message but for pulses; null at the end. */
    public @Nullable Map<String, Object> hearOrEnd() throws IOException {
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            Map<String, Object> message = JSON.std.mapFrom(line);
            if (!"pulse".equals(message.get("type"))) {
                return message;
            }
        }
        return null;
    }

    /** The next message but for pulses, which must be of this type. */
    public Map<String, Object> hear(String type) throws IOException {
        Map<String, Object> message = hearOrEnd();
        assertThat(message).isNotNull().containsEntry("type", type);
        return message == null ? Map.of() : message;
    }

    /** Asks with a call number, and returns the result of the answer. */
    public Map<String, Object> ask(Map<String, Object> question) throws IOException {
        question.put("call", 1);
        say(question);
        return inner(hear("answer"), "result");
    }

    /** Asks with a call number, and returns the error that it is refused with. */
    public Map<String, Object> askInVain(Map<String, Object> question) throws IOException {
        question.put("call", 1);
        say(question);
        return inner(hear("refusal"), "error");
    }

    /** A message within a message. */
    @SuppressWarnings("unchecked")
    public static Map<String, Object> inner(Map<String, Object> message, String name) {
        return (Map<String, Object>) Objects.requireNonNull(message.get(name));
    }
}
