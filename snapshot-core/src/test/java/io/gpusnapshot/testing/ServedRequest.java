package io.gpusnapshot.testing;

import io.gpusnapshot.storage.ByteRange;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A request as {@link ScriptedHttpServer} saw it. */
public final class ServedRequest {
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d+)");

    private final String method;
    private final String target;
    private final Map<String, String> headers;
    private final int connection;
    private volatile byte[] body = new byte[0];

    ServedRequest(String method, String target, Map<String, String> headers, int connection) {
        this.method = method;
        this.target = target;
        this.headers = Map.copyOf(headers);
        this.connection = connection;
    }

    public String method() {
        return method;
    }

    /** Path and query, as sent. */
    public String target() {
        return target;
    }

    /** By names in lower case. */
    public Map<String, String> headers() {
        return headers;
    }

    public Optional<String> header(String lowerCaseName) {
        return Optional.ofNullable(headers.get(lowerCaseName));
    }

    /** Number of the connection that it came by, from 0. */
    public int connection() {
        return connection;
    }

    /** What has been read of the body; nothing before the reply reads it. */
    public byte[] body() {
        return body.clone();
    }

    void read(byte[] bytes) {
        body = bytes;
    }

    int contentLength() {
        return header("content-length").map(Integer::parseInt).orElse(0);
    }

    /** The range asked for, if it lies within an object. */
    Optional<ByteRange> range(int objectLength) {
        Matcher matcher = RANGE.matcher(header("range").orElse(""));
        if (!matcher.matches()) {
            return Optional.of(new ByteRange(0, objectLength));
        }
        long first = Long.parseLong(matcher.group(1));
        long last = Math.min(Long.parseLong(matcher.group(2)), objectLength - 1L);
        return first > last ? Optional.empty() : Optional.of(new ByteRange(first, last - first + 1));
    }
}
