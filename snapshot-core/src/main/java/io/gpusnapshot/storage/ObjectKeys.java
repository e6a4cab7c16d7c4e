package io.gpusnapshot.storage;

import java.util.regex.Pattern;

/**
 * The rule for object keys, so narrow that every store and every file system agrees with it.
 *
 * <p>One thing the rule cannot see: no key may be the folder of another ({@code a} and {@code a/b}). Object stores hold
 * both, a folder cannot, so callers must not make such a pair.
 */
public final class ObjectKeys {
    /** Longest key, in characters. B2 allows 1,024 bytes, S3 likewise; half of that leaves room for a prefix. */
    public static final int MAX_LENGTH = 512;

    /** Longest segment, in characters: the longest file name of the usual file systems. */
    public static final int MAX_SEGMENT_LENGTH = 255;

    /** First segment that no key may have, so that a folder store can keep unfinished uploads there. */
    public static final String RESERVED = ".uploads";

    private static final String SEGMENT = "(?!\\.{1,2}(?:/|$))[A-Za-z0-9._-]{1," + MAX_SEGMENT_LENGTH + "}";
    private static final Pattern KEY = Pattern.compile("(?!\\.uploads(?:/|$))" + SEGMENT + "(?:/" + SEGMENT + ")*");

    private ObjectKeys() {}

    /**
     * Returns the key.
     *
     * @throws IllegalArgumentException if it is not a key
     */
    public static String require(String key) {
        if (!isKey(key)) {
            throw new IllegalArgumentException("Not an object key: \"" + key
                    + "\" (segments of A-Z a-z 0-9 . _ - separated by /, each of at most " + MAX_SEGMENT_LENGTH
                    + " characters and none of them \".\" or \"..\", the first not \"" + RESERVED + "\"; at most "
                    + MAX_LENGTH + " characters in all)");
        }
        return key;
    }

    /** Whether a text is a key. */
    public static boolean isKey(String text) {
        return text.length() <= MAX_LENGTH && KEY.matcher(text).matches();
    }
}
