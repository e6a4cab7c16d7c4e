package io.gpusnapshot.internal.protocol;

import java.nio.charset.StandardCharsets;

/** Text from the other end, made fit to be kept, logged and shown on a terminal. */
public final class ForeignText {
    private static final int MAX_LENGTH = 16_000;

    private ForeignText() {}

    /** One line: control characters and what reorders text are escaped, and what is too long is cut. */
    public static String line(String text) {
        return fit(text, MAX_LENGTH, false);
    }

    /** One line of at most so many characters, and a few for the cut. */
    public static String line(String text, int maxLength) {
        return fit(text, maxLength, false);
    }

    /** Like {@link #line(String)}, but it may have several lines. */
    public static String lines(String text) {
        return fit(text, MAX_LENGTH, true);
    }

    private static String fit(String text, int maxLength, boolean severalLines) {
        int end = Math.min(text.length(), maxLength);
        StringBuilder fit = new StringBuilder(end);
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            if (isPlain(c) || (severalLines && c == '\n')) {
                fit.append(c);
            } else {
                appendEscaped(fit, c);
            }
        }
        return end == text.length() ? fit.toString() : fit.append('…').toString();
    }

    private static boolean isPlain(char c) {
        int kind = Character.getType(c);
        return kind != Character.CONTROL
                && kind != Character.FORMAT
                && kind != Character.LINE_SEPARATOR
                && kind != Character.PARAGRAPH_SEPARATOR;
    }

    /** Like a path that is shown: the bytes as {@code \xNN}. */
    private static void appendEscaped(StringBuilder fit, char c) {
        for (byte unit : Character.toString(c).getBytes(StandardCharsets.UTF_8)) {
            fit.append(String.format("\\x%02x", unit));
        }
    }
}
