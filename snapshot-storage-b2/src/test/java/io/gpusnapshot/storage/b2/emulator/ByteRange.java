package io.gpusnapshot.storage.b2.emulator;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A run of bytes of a file. */
record ByteRange(long offset, long length) {
    private static final Pattern SYNTAX = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

    /**
     * The part of a file of {@code size} bytes that a {@code Range} header asks for; empty for one that HTTP has a
     * server ignore (several ranges, another unit, nonsense).
     */
    static Optional<ByteRange> parse(String header, long size) throws ApiException {
        Matcher matcher = SYNTAX.matcher(header.strip());
        if (!matcher.matches()
                || (matcher.group(1).isEmpty() && matcher.group(2).isEmpty())) {
            return Optional.empty();
        }
        if (matcher.group(1).isEmpty()) {
            return Optional.of(suffix(Long.parseLong(matcher.group(2)), size));
        }
        long first = Long.parseLong(matcher.group(1));
        long last = matcher.group(2).isEmpty() ? Long.MAX_VALUE - 1 : Long.parseLong(matcher.group(2));
        if (last < first) {
            return Optional.empty();
        }
        return Optional.of(slice(first, last, size));
    }

    /** The whole of a file. */
    static ByteRange all(long size) {
        return new ByteRange(0, size);
    }

    boolean covers(long size) {
        return offset == 0 && length == size;
    }

    String contentRange(long size) {
        return "bytes " + offset + "-" + (offset + length - 1) + "/" + size;
    }

    private static ByteRange suffix(long wanted, long size) throws ApiException {
        if (wanted == 0 || size == 0) {
            throw unsatisfiable(size);
        }
        long length = Math.min(wanted, size);
        return new ByteRange(size - length, length);
    }

    private static ByteRange slice(long first, long last, long size) throws ApiException {
        if (first >= size) {
            throw unsatisfiable(size);
        }
        return new ByteRange(first, Math.min(last, size - 1) - first + 1);
    }

    private static ApiException unsatisfiable(long size) {
        return new ApiException(
                416, "range_not_satisfiable", "The Range in the request is outside the size of the file, " + size);
    }
}
