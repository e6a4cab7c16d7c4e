package io.gpusnapshot.internal.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the code in the body of an error: {@code "code": "…"} in the JSON of Backblaze, {@code <Code>…</Code>} in the XML
 * of S3. Nothing else of the body is passed on, since some stores repeat signatures in it.
 */
final class ErrorCodes {
    static final int MAX_BODY_BYTES = 16 << 10;

    private static final Pattern CODE =
            Pattern.compile("\"code\"\\s*:\\s*\"([A-Za-z0-9_.-]{1,64})\"|<Code>([A-Za-z0-9_.-]{1,64})</Code>");

    private ErrorCodes() {}

    static Optional<String> find(byte[] body) {
        Matcher matcher = CODE.matcher(new String(body, UTF_8));
        if (!matcher.find()) {
            return Optional.empty();
        }
        return Optional.of(matcher.group(1) == null ? matcher.group(2) : matcher.group(1));
    }
}
