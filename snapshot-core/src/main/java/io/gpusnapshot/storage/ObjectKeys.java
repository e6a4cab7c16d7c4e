package io.gpusnapshot.storage;

import java.util.regex.Pattern;

/** The rule for object keys, so narrow that every store and every file system agrees with it. */
public final class ObjectKeys {
    /** Longest key, in characters. B2 allows 1,024 bytes, S3 likewise; half of that leaves room for a prefix. */
    public static final int MAX_LENGTH = 512;

    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*");

    private ObjectKeys() {}

    /**
     * Returns the key.
     *
     * @throws IllegalArgumentException if it is not a key
     */
    public static String require(String key) {
        if (key.length() > MAX_LENGTH || !KEY.matcher(key).matches() || hasDotSegment(key)) {
            throw new IllegalArgumentException(
                    "Not an object key: \"" + key + "\" (segments of A-Z a-z 0-9 . _ - separated by /, none of them "
                            + "\".\" or \"..\", at most " + MAX_LENGTH + " characters)");
        }
        return key;
    }

    private static boolean hasDotSegment(String key) {
        for (String segment : key.split("/")) {
            if (segment.equals(".") || segment.equals("..")) {
                return true;
            }
        }
        return false;
    }
}
