package io.gpusnapshot.storage.b2.emulator;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a call, from its JSON body or its query. Null and absent are the same. What has the wrong type is a
 * {@code bad_request}.
 */
record Params(Map<String, ? extends @Nullable Object> values) {
    static final Params NONE = new Params(Map.of());

    boolean has(String name) {
        return values.get(name) != null;
    }

    String text(String name) throws ApiException {
        return optionalText(name).orElseThrow(() -> ApiException.badRequest("required field " + name + " is missing"));
    }

    Optional<String> optionalText(String name) throws ApiException {
        Object value = values.get(name);
        if (value == null) {
            return Optional.empty();
        }
        return Optional.of(asText(name, value));
    }

    /** A number between the two bounds, both included. */
    long number(String name, long min, long max) throws ApiException {
        if (!has(name)) {
            throw ApiException.badRequest("required field " + name + " is missing");
        }
        return number(name, min, min, max);
    }

    long number(String name, long absent, long min, long max) throws ApiException {
        Object value = values.get(name);
        if (value == null) {
            return absent;
        }
        long number = asNumber(name, value);
        if (number < min || number > max) {
            throw ApiException.badRequest(name + " must be between " + min + " and " + max + ", not " + number);
        }
        return number;
    }

    List<String> texts(String name) throws ApiException {
        List<String> texts = new ArrayList<>();
        for (Object element : list(name)) {
            texts.add(asText(name, element));
        }
        return texts;
    }

    /** An array as it is; empty when absent. */
    List<?> list(String name) throws ApiException {
        Object value = values.get(name);
        if (value == null) {
            return List.of();
        }
        if (value instanceof List<?> list) {
            return list;
        }
        throw ApiException.badRequest(name + " must be an array");
    }

    /** An object whose values are all texts; empty when absent. */
    Map<String, String> textMap(String name) throws ApiException {
        Object value = values.get(name);
        if (value == null) {
            return Map.of();
        }
        if (!(value instanceof Map<?, ?> map)) {
            throw ApiException.badRequest(name + " must be an object");
        }
        Map<String, String> texts = new LinkedHashMap<>();
        for (Map.Entry<?, ?> pair : map.entrySet()) {
            texts.put(String.valueOf(pair.getKey()), asText(name, pair.getValue()));
        }
        return texts;
    }

    private static String asText(String name, @Nullable Object value) throws ApiException {
        if (value instanceof String text) {
            return text;
        }
        throw ApiException.badRequest(name + " must be a string");
    }

    /** Queries carry numbers as text. */
    private static long asNumber(String name, Object value) throws ApiException {
        if (value instanceof Long number) {
            return number;
        }
        try {
            return Long.parseLong(asText(name, value));
        } catch (NumberFormatException e) {
            throw ApiException.badRequest(name + " must be a whole number");
        }
    }
}
