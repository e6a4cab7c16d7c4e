package io.gpusnapshot.storage.b2.emulator;

import java.nio.charset.StandardCharsets;
import java.util.Comparator;

/** Which file names B2 takes, and their order. */
final class FileNames {
    /** B2 lists names in the order of their UTF-8 bytes, which is not the order of Java's strings. */
    static final Comparator<String> ORDER = FileNames::compare;

    private static final int MAX_BYTES = 1024;
    private static final int DELETE = 127;

    private FileNames() {}

    static String check(String name) throws ApiException {
        int length = name.getBytes(StandardCharsets.UTF_8).length;
        if (length == 0) {
            throw ApiException.badRequest("File names must contain at least 1 character");
        }
        if (length > MAX_BYTES) {
            throw ApiException.badRequest("File names must be at most " + MAX_BYTES + " bytes of UTF-8");
        }
        if (name.chars().anyMatch(character -> character < ' ' || character == DELETE)) {
            throw ApiException.badRequest("File names must not contain control characters");
        }
        return name;
    }

    /** A surrogate stands for a character behind all that need none, though its own number is smaller than some. */
    private static int compare(String left, String right) {
        int shared = Math.min(left.length(), right.length());
        for (int i = 0; i < shared; i++) {
            char ours = left.charAt(i);
            char theirs = right.charAt(i);
            if (ours != theirs) {
                int bySurrogate = Boolean.compare(Character.isSurrogate(ours), Character.isSurrogate(theirs));
                return bySurrogate != 0 ? bySurrogate : Character.compare(ours, theirs);
            }
        }
        return Integer.compare(left.length(), right.length());
    }
}
