package io.gpusnapshot.model;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * A path, or the target of a symbolic link, as the bytes that the kernel sees. On Linux a file name is any run of bytes
 * without NUL and {@code /}; it need not be text in any encoding.
 *
 * <p>The order is <em>walk order</em>: a directory comes before what is in it, and siblings are in the order of their
 * unsigned bytes. It is the order of plain byte strings in which {@code /} counts as the lowest byte.
 */
public final class RawPath implements Comparable<RawPath> {
    /** The workspace itself. */
    public static final RawPath ROOT = new RawPath(new byte[0]);

    private final byte[] bytes;

    private RawPath(byte[] bytes) {
        this.bytes = bytes;
    }

    public static RawPath of(String text) {
        return new RawPath(text.getBytes(StandardCharsets.UTF_8));
    }

    public static RawPath ofBytes(byte[] bytes) {
        return new RawPath(bytes.clone());
    }

    /** The path of an entry of this directory. */
    public RawPath child(byte[] name) {
        if (bytes.length == 0) {
            return ofBytes(name);
        }
        byte[] joined = Arrays.copyOf(bytes, bytes.length + 1 + name.length);
        joined[bytes.length] = '/';
        System.arraycopy(name, 0, joined, bytes.length + 1, name.length);
        return new RawPath(joined);
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    /** Puts the bytes into a buffer, which must have room for them. */
    public void writeTo(ByteBuffer target) {
        target.put(bytes);
    }

    /** Number of bytes. */
    public int length() {
        return bytes.length;
    }

    /** The byte at an index from 0 to {@link #length()} - 1. */
    public byte byteAt(int index) {
        return bytes[index];
    }

    public boolean isRoot() {
        return bytes.length == 0;
    }

    /** The last segment. */
    public byte[] name() {
        return Arrays.copyOfRange(bytes, lastSlash() + 1, bytes.length);
    }

    /** The path without its last segment; {@link #ROOT} for a path of one segment. */
    public RawPath parent() {
        int slash = lastSlash();
        return slash < 0 ? ROOT : new RawPath(Arrays.copyOf(bytes, slash));
    }

    /** Whether this path lies, at any depth, in the given directory. Nothing lies in itself. */
    public boolean isInside(RawPath directory) {
        int length = directory.bytes.length;
        if (length == 0) {
            return bytes.length > 0;
        }
        return bytes.length > length
                && bytes[length] == '/'
                && Arrays.equals(bytes, 0, length, directory.bytes, 0, length);
    }

    /** The path as text, if its bytes are valid UTF-8. */
    public Optional<String> text() {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException notText) {
            return Optional.empty();
        }
    }

    private int lastSlash() {
        int index = bytes.length - 1;
        while (index >= 0 && bytes[index] != '/') {
            index--;
        }
        return index;
    }

    @Override
    public int compareTo(RawPath other) {
        int mismatch = Arrays.mismatch(bytes, other.bytes);
        if (mismatch < 0) {
            return 0;
        }
        return Integer.compare(rank(bytes, mismatch), rank(other.bytes, mismatch));
    }

    private static int rank(byte[] bytes, int index) {
        if (index == bytes.length) {
            return -1;
        }
        return bytes[index] == '/' ? 0 : bytes[index] & 0xff;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RawPath path && Arrays.equals(bytes, path.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** The path for people: UTF-8, with bytes that are not, and control characters, as {@code \xNN}. */
    @Override
    public String toString() {
        Optional<String> text = text();
        if (text.isPresent() && text.get().chars().noneMatch(Character::isISOControl)) {
            return text.get();
        }
        StringBuilder escaped = new StringBuilder();
        for (byte b : bytes) {
            if (b >= 0x20 && b < 0x7f) {
                escaped.append((char) b);
            } else {
                escaped.append(String.format("\\x%02x", b));
            }
        }
        return escaped.toString();
    }
}
