package io.gpusnapshot.internal.posix;

import io.gpusnapshot.model.RawPath;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.Arrays;

/**
 * Translates between paths of the Java library and their bytes, under every locale.
 *
 * <p>The library keeps the bytes of a path that came from the kernel, but its text form goes through the encoding of the
 * locale and loses what that cannot express. ASCII is the same in every encoding that a Linux locale may have, so it
 * takes the short way; other names go through file URIs, which the library forms byte by byte with percent escapes.
 */
public final class RawNames {
    private static final Path ROOT = Paths.get("/");
    private static final String HEX = "0123456789ABCDEF";

    private RawNames() {}

    /** The bytes of a path, absolute or relative. */
    public static byte[] bytes(Path path) {
        String text = path.toString();
        if (isAscii(text)) {
            return text.getBytes(StandardCharsets.ISO_8859_1);
        }
        byte[] absolute = unescape(ROOT.resolve(path).toUri().getRawPath());
        int start = path.isAbsolute() ? 0 : 1;
        // The library ends the URI of an existing directory with a slash of its own.
        boolean surplusSlash = absolute[absolute.length - 1] == '/' && !text.endsWith("/");
        byte[] result = new byte[absolute.length - start - (surplusSlash ? 1 : 0)];
        System.arraycopy(absolute, start, result, 0, result.length);
        return result;
    }

    /** The bytes of a path, as a value. */
    public static RawPath rawPath(Path path) {
        return RawPath.ofBytes(bytes(path));
    }

    /** The child of a directory whose name has these bytes. */
    public static Path resolve(Path directory, byte[] name) {
        return isAscii(name)
                ? directory.resolve(new String(name, StandardCharsets.ISO_8859_1))
                : directory.resolve(path(RawPath.ofBytes(name)));
    }

    /** The path of these bytes, absolute if they start with a slash. Repeated and trailing slashes are lost. */
    public static Path path(RawPath raw) {
        byte[] bytes = raw.bytes();
        if (isAscii(bytes)) {
            return Path.of(new String(bytes, StandardCharsets.ISO_8859_1));
        }
        Path absolute = Path.of(uri(bytes));
        return bytes[0] == '/' ? absolute : absolute.subpath(0, absolute.getNameCount());
    }

    /** The path below a directory; every segment must be a plain name. */
    public static Path resolve(Path directory, RawPath path) {
        return path.isRoot() ? directory : resolve(directory, path.bytes());
    }

    private static URI uri(byte[] bytes) {
        StringBuilder uri = new StringBuilder("file:///");
        for (byte b : bytes) {
            if (b == '/' && uri.charAt(uri.length() - 1) != '/') {
                uri.append('/');
            } else if (b != '/') {
                uri.append('%').append(HEX.charAt((b >> 4) & 15)).append(HEX.charAt(b & 15));
            }
        }
        return URI.create(uri.toString());
    }

    private static byte[] unescape(String rawPath) {
        byte[] bytes = new byte[rawPath.length()];
        int length = 0;
        for (int i = 0; i < rawPath.length(); i++) {
            char c = rawPath.charAt(i);
            if (c == '%') {
                bytes[length++] = (byte) Integer.parseInt(rawPath, i + 1, i + 3, 16);
                i += 2;
            } else {
                bytes[length++] = (byte) c;
            }
        }
        return Arrays.copyOf(bytes, length);
    }

    /** Whether all characters are ASCII. A byte that the locale cannot decode shows as a character that is not. */
    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    private static boolean isAscii(byte[] bytes) {
        for (byte b : bytes) {
            if (b < 0) {
                return false;
            }
        }
        return true;
    }
}
