package io.gpusnapshot.storage.b2.emulatortest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the emulator answered. */
final class Answer {
    private final HttpResponse<byte[]> response;

    Answer(HttpResponse<byte[]> response) {
        this.response = response;
    }

    int status() {
        return response.statusCode();
    }

    byte[] bytes() {
        return response.body();
    }

    String header(String name) {
        return response.headers().firstValue(name).orElse("");
    }

    /** This, after making sure that the call succeeded. */
    Answer ok() {
        assertThat(status()).as(this::toString).isIn(200, 206);
        return this;
    }

    /** Makes sure that the call was refused like this, in the headers and in the body. */
    void isError(int status, String code) {
        assertThat(status()).as(this::toString).isEqualTo(status);
        assertThat(json()).containsEntry("status", (long) status).containsEntry("code", code);
        assertThat(json().get("message")).isInstanceOf(String.class);
    }

    Map<String, Object> json() {
        try (JsonParser json = new JsonFactory().createParser(bytes())) {
            json.nextToken();
            return object(json);
        } catch (IOException e) {
            throw new AssertionError("not JSON: " + this, e);
        }
    }

    String text(String name) {
        return String.valueOf(json().get(name));
    }

    /** The values of one field of all elements of an array. */
    List<@Nullable Object> column(String array, String field) {
        List<@Nullable Object> column = new ArrayList<>();
        for (Object row : (List<?>) field(json(), array)) {
            column.add(((Map<?, ?>) row).get(field));
        }
        return column;
    }

    /** Follows names into nested objects. */
    @Nullable
    Object at(String... names) {
        Object value = json();
        for (String name : names) {
            value = value instanceof Map<?, ?> map ? map.get(name) : null;
        }
        return value;
    }

    private static Object field(Map<String, Object> object, String name) {
        Object value = object.get(name);
        if (value == null) {
            throw new AssertionError("no " + name + " in " + object);
        }
        return value;
    }

    private static Map<String, Object> object(JsonParser json) throws IOException {
        Map<String, Object> object = new LinkedHashMap<>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            Object value = value(json);
            if (value != null) {
                object.put(name, value);
            }
        }
        return object;
    }

    private static @Nullable Object value(JsonParser json) throws IOException {
        return switch (json.currentToken()) {
            case START_OBJECT -> object(json);
            case START_ARRAY -> {
                List<@Nullable Object> elements = new ArrayList<>();
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    elements.add(value(json));
                }
                yield elements;
            }
            case VALUE_NUMBER_INT -> json.getLongValue();
            case VALUE_TRUE, VALUE_FALSE -> json.getBooleanValue();
            case VALUE_NULL -> null;
            default -> json.getText();
        };
    }

    @Override
    public String toString() {
        return status() + " " + new String(bytes(), 0, Math.min(bytes().length, 1000), StandardCharsets.UTF_8);
    }
}
