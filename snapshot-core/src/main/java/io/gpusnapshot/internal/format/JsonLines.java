package io.gpusnapshot.internal.format;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.gpusnapshot.model.RawPath;
import java.io.IOException;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The few JSON shapes that several lines share. */
final class JsonLines {
    /** UTF-8 and nothing else: guessing would read damage as another encoding. */
    static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(JsonFactory.Feature.CHARSET_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(16)
                    .maxNumberLength(32)
                    .build())
            .build();

    private JsonLines() {}

    /** Writes {@code name} with text, or {@code nameBase64} with what is not UTF-8. */
    static void writePath(JsonGenerator json, String name, RawPath path) throws IOException {
        Optional<String> text = path.text();
        if (text.isPresent()) {
            json.writeStringField(name, text.get());
        } else {
            json.writeStringField(name + "Base64", Base64.getEncoder().encodeToString(path.bytes()));
        }
    }

    /**
     * @throws IllegalArgumentException if the text has half a surrogate pair, for which there are no bytes
     */
    static RawPath readPath(JsonParser json) throws IOException {
        String text = readText(json);
        if (hasLoneSurrogate(text)) {
            throw new IllegalArgumentException("not Unicode text: \"" + text + "\"");
        }
        return RawPath.of(text);
    }

    private static boolean hasLoneSurrogate(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                if (!Character.isSupplementaryCodePoint(text.codePointAt(i))) {
                    return true;
                }
                i++;
            }
        }
        return false;
    }

    static RawPath readBase64Path(JsonParser json) throws IOException {
        return RawPath.ofBytes(readBase64(json));
    }

    static byte[] readBase64(JsonParser json) throws IOException {
        return Base64.getDecoder().decode(readText(json));
    }

    /** Writes seconds since 1970 (floor) and nanoseconds. */
    static void writeInstant(JsonGenerator json, String name, Instant time) throws IOException {
        json.writeArrayFieldStart(name);
        json.writeNumber(time.getEpochSecond());
        json.writeNumber(time.getNano());
        json.writeEndArray();
    }

    static Instant readInstant(JsonParser json) throws IOException {
        expect(json.currentToken(), JsonToken.START_ARRAY);
        long seconds = nextLong(json);
        long nanoseconds = nextLong(json);
        expect(json.nextToken(), JsonToken.END_ARRAY);
        if (nanoseconds < 0 || nanoseconds > 999_999_999) {
            throw new IllegalArgumentException("nanoseconds out of range: " + nanoseconds);
        }
        return Instant.ofEpochSecond(seconds, nanoseconds);
    }

    static long nextLong(JsonParser json) throws IOException {
        json.nextToken();
        return readLong(json);
    }

    static int nextInt(JsonParser json) throws IOException {
        json.nextToken();
        return readInt(json);
    }

    static String readText(JsonParser json) throws IOException {
        expect(json.currentToken(), JsonToken.VALUE_STRING);
        return json.getText();
    }

    static long readLong(JsonParser json) throws IOException {
        expect(json.currentToken(), JsonToken.VALUE_NUMBER_INT);
        return json.getLongValue();
    }

    static int readInt(JsonParser json) throws IOException {
        expect(json.currentToken(), JsonToken.VALUE_NUMBER_INT);
        return json.getIntValue();
    }

    static void writeMap(JsonGenerator json, String name, Map<String, String> map) throws IOException {
        json.writeObjectFieldStart(name);
        for (Map.Entry<String, String> pair : new TreeMap<>(map).entrySet()) {
            json.writeStringField(pair.getKey(), pair.getValue());
        }
        json.writeEndObject();
    }

    static Map<String, String> readMap(JsonParser json) throws IOException {
        expect(json.currentToken(), JsonToken.START_OBJECT);
        Map<String, String> map = new TreeMap<>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            map.put(name, readText(json));
        }
        return map;
    }

    /** What is wrong, without the excerpt and the place that the parser adds. */
    static String problem(Exception broken) {
        String problem = broken instanceof JacksonException json ? json.getOriginalMessage() : broken.getMessage();
        return String.valueOf(problem);
    }

    static void expect(JsonToken actual, JsonToken wanted) {
        if (actual != wanted) {
            throw new IllegalArgumentException("expected " + wanted + ", found " + actual);
        }
    }
}
