package io.gpusnapshot.storage.b2.emulator;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON as maps, lists, texts, numbers, booleans and nulls. */
final class Json {
    private static final JsonFactory FACTORY = new JsonFactory();

    private Json() {}

    /** An object of pairs of names and values, in this order. */
    static Map<String, @Nullable Object> object(@Nullable Object... namesAndValues) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            object.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
        }
        return object;
    }

    static byte[] write(@Nullable Object value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = FACTORY.createGenerator(bytes)) {
            json.useDefaultPrettyPrinter();
            write(json, value);
        } catch (IOException e) {
            throw new UncheckedIOException("a byte array refused JSON", e);
        }
        return bytes.toByteArray();
    }

    /** Reads one object and refuses anything else, or anything behind it. */
    static Map<String, @Nullable Object> readObject(InputStream source) throws IOException {
        try (JsonParser json = FACTORY.createParser(source)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new JsonParseException(json, "not a JSON object");
            }
            Map<String, @Nullable Object> object = readMembers(json);
            if (json.nextToken() != null) {
                throw new JsonParseException(json, "something follows the JSON object");
            }
            return object;
        }
    }

    private static void write(JsonGenerator json, @Nullable Object value) throws IOException {
        if (value instanceof Map<?, ?> members) {
            json.writeStartObject();
            for (Map.Entry<?, ?> member : members.entrySet()) {
                json.writeFieldName(String.valueOf(member.getKey()));
                write(json, member.getValue());
            }
            json.writeEndObject();
        } else if (value instanceof Iterable<?> elements) {
            json.writeStartArray();
            for (Object element : elements) {
                write(json, element);
            }
            json.writeEndArray();
        } else {
            json.writePOJO(value);
        }
    }

    private static Map<String, @Nullable Object> readMembers(JsonParser json) throws IOException {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            object.put(name, readValue(json));
        }
        return object;
    }

    private static @Nullable Object readValue(JsonParser json) throws IOException {
        return switch (json.currentToken()) {
            case START_OBJECT -> readMembers(json);
            case START_ARRAY -> readElements(json);
            case VALUE_STRING -> json.getText();
            case VALUE_NUMBER_INT -> json.getLongValue();
            case VALUE_NUMBER_FLOAT -> json.getDoubleValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> throw new JsonParseException(json, "unexpected " + json.currentToken());
        };
    }

    private static List<@Nullable Object> readElements(JsonParser json) throws IOException {
        List<@Nullable Object> elements = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            elements.add(readValue(json));
        }
        return elements;
    }
}
