package io.gpusnapshot.internal.protocol;

import io.gpusnapshot.error.UnsupportedFormatException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * A JSON object whose {@code type} says what it is. Immutable. Reading a field that is missing or of another kind throws
 * {@link UnsupportedFormatException}, so that whoever reads a message from a stranger needs no checks of its own.
 * {@link #toString()} shows the type alone, since fields may hold grants.
 */
public final class Message {
    private static final String TYPE = "type";
    private static final int MAX_SHOWN_TYPE = 40;

    private final Map<String, Object> fields;

    Message(Map<String, Object> fields) {
        this.fields = fields;
    }

    public static Message of(String type) {
        return new Message(Map.of(TYPE, type));
    }

    /** A copy with one more field: text, a number, a truth value, a list or map of such, or another message. */
    public Message with(String name, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(fields);
        more.put(name, value instanceof Message message ? message.fields : value);
        return new Message(more);
    }

    /** A copy with one more field, if there is a value. */
    public Message with(String name, Optional<?> value) {
        return value.isPresent() ? with(name, value.get()) : this;
    }

    /** A copy with bytes in Base64. */
    public Message withBytes(String name, byte[] bytes) {
        return with(name, Base64.getEncoder().encodeToString(bytes));
    }

    /** A copy with a list of messages. */
    public Message withAll(String name, List<Message> messages) {
        return with(name, messages.stream().map(message -> message.fields).toList());
    }

    Map<String, Object> fields() {
        return fields;
    }

    public String type() throws UnsupportedFormatException {
        return text(TYPE);
    }

    public String text(String name) throws UnsupportedFormatException {
        return require(name, String.class);
    }

    /** A text for people, in one line that is fit to be shown. */
    public String shown(String name) throws UnsupportedFormatException {
        return ForeignText.line(text(name));
    }

    public Optional<String> optionalText(String name) throws UnsupportedFormatException {
        return fields.containsKey(name) ? Optional.of(text(name)) : Optional.empty();
    }

    public long number(String name) throws UnsupportedFormatException {
        Number number = require(name, Number.class);
        if (number instanceof Integer || number instanceof Long) {
            return number.longValue();
        }
        throw malformed(name);
    }

    /** A number that counts or measures something, and so is not negative. */
    public long amount(String name) throws UnsupportedFormatException {
        long number = number(name);
        if (number < 0) {
            throw malformed(name);
        }
        return number;
    }

    public Optional<Long> optionalNumber(String name) throws UnsupportedFormatException {
        return fields.containsKey(name) ? Optional.of(number(name)) : Optional.empty();
    }

    /**
     * A number that is counted in an int.
     *
     * @param max most that makes sense; the least is 0
     */
    public int count(String name, int max) throws UnsupportedFormatException {
        long number = number(name);
        if (number < 0 || number > max) {
            throw malformed(name);
        }
        return (int) number;
    }

    public boolean flag(String name) throws UnsupportedFormatException {
        return require(name, Boolean.class);
    }

    public byte[] bytes(String name) throws UnsupportedFormatException {
        try {
            return Base64.getDecoder().decode(text(name));
        } catch (IllegalArgumentException notBase64) {
            throw malformed(name);
        }
    }

    public List<String> texts(String name) throws UnsupportedFormatException {
        return elements(name, String.class);
    }

    public Map<String, String> map(String name) throws UnsupportedFormatException {
        Map<String, String> texts = new TreeMap<>();
        for (Map.Entry<String, Object> pair : message(name).fields.entrySet()) {
            if (!(pair.getValue() instanceof String value)) {
                throw malformed(name);
            }
            texts.put(pair.getKey(), value);
        }
        return texts;
    }

    public Message message(String name) throws UnsupportedFormatException {
        return asMessage(name, require(name, Map.class));
    }

    public List<Message> messages(String name) throws UnsupportedFormatException {
        List<Message> messages = new ArrayList<>();
        for (Map<?, ?> element : elements(name, Map.class)) {
            messages.add(asMessage(name, element));
        }
        return messages;
    }

    /**
     * A text that stands for a value.
     *
     * @param parser throws {@link RuntimeException} if there is no such value
     */
    public <T> T parsed(String name, Function<String, T> parser) throws UnsupportedFormatException {
        String text = text(name);
        try {
            return parser.apply(text);
        } catch (RuntimeException refused) {
            throw malformed(name);
        }
    }

    private Message asMessage(String name, Map<?, ?> map) throws UnsupportedFormatException {
        Map<String, Object> inner = new LinkedHashMap<>();
        for (Map.Entry<?, ?> pair : map.entrySet()) {
            if (!(pair.getKey() instanceof String key) || pair.getValue() == null) {
                throw malformed(name);
            }
            inner.put(key, pair.getValue());
        }
        return new Message(inner);
    }

    private <T> List<T> elements(String name, Class<T> kind) throws UnsupportedFormatException {
        List<T> elements = new ArrayList<>();
        for (Object element : require(name, List.class)) {
            if (!kind.isInstance(element)) {
                throw malformed(name);
            }
            elements.add(kind.cast(element));
        }
        return elements;
    }

    private <T> T require(String name, Class<T> kind) throws UnsupportedFormatException {
        Object value = fields.get(name);
        if (!kind.isInstance(value)) {
            throw malformed(name);
        }
        return kind.cast(value);
    }

    private UnsupportedFormatException malformed(String name) {
        return new UnsupportedFormatException(
                name, "A message of type \"" + this + "\" has no proper field \"" + name + "\"");
    }

    /** An error for a message that nobody understands. */
    public UnsupportedFormatException unknown(String who) {
        return new UnsupportedFormatException(
                who,
                who + " sent a message of the unknown type \"" + this + "\"; use the same version on" + " both ends");
    }

    @Override
    public String toString() {
        return ForeignText.line(String.valueOf(fields.get(TYPE)), MAX_SHOWN_TYPE);
    }
}
