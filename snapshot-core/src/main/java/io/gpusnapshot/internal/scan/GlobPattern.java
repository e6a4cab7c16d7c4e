package io.gpusnapshot.internal.scan;

import io.gpusnapshot.model.RawPath;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * One pattern in the syntax of gitignore(5). It is matched against the bytes of paths, so that names in any encoding can
 * be matched; {@code ?} stands for one UTF-8 character, or one byte where bytes are not UTF-8.
 */
final class GlobPattern {
    private static final String ANY_CHARACTER = "(?:[^/\\x80-\\xff]|[\\xc0-\\xff][\\x80-\\xbf]*+|[\\x80-\\xbf])";

    private final Pattern regex;
    private final boolean directoriesOnly;
    private final boolean negated;

    private GlobPattern(Pattern regex, boolean directoriesOnly, boolean negated) {
        this.regex = regex;
        this.directoriesOnly = directoriesOnly;
        this.negated = negated;
    }

    /**
     * @throws IllegalArgumentException if the pattern is empty or malformed
     */
    static GlobPattern parse(String pattern) {
        String rest = pattern;
        boolean negated = rest.startsWith("!");
        if (negated) {
            rest = rest.substring(1);
        }
        boolean directoriesOnly = rest.endsWith("/");
        if (directoriesOnly) {
            rest = rest.substring(0, rest.length() - 1);
        }
        boolean anchored = rest.indexOf('/') >= 0;
        if (rest.startsWith("/")) {
            rest = rest.substring(1);
        }
        if (rest.isEmpty() || rest.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("Not a glob: \"" + pattern
                    + "\" (expected gitignore syntax, for example **/__pycache__/ or *.tmp)");
        }
        String regex = (anchored ? "" : "(?:.*/)?") + translate(bytesAsCharacters(rest), pattern);
        return new GlobPattern(Pattern.compile(regex, Pattern.DOTALL), directoriesOnly, negated);
    }

    /** Every byte as the character of its value, so that a regular expression can match bytes. */
    static String bytesAsCharacters(RawPath path) {
        return new String(path.bytes(), StandardCharsets.ISO_8859_1);
    }

    private static String bytesAsCharacters(String pattern) {
        return new String(pattern.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    private static String translate(String glob, String original) {
        StringBuilder regex = new StringBuilder();
        int i = 0;
        while (i < glob.length()) {
            char c = glob.charAt(i);
            if (glob.startsWith("**/", i) && isSegmentStart(glob, i)) {
                regex.append("(?:.*/)?");
                i += 3;
            } else if (glob.startsWith("**", i) && isSegmentStart(glob, i) && i + 2 == glob.length()) {
                regex.append(".+");
                i += 2;
            } else if (c == '[') {
                i = appendClass(glob, i, regex, original);
            } else {
                i = appendPlain(glob, i, regex, original);
            }
        }
        return regex.toString();
    }

    private static boolean isSegmentStart(String glob, int index) {
        return index == 0 || glob.charAt(index - 1) == '/';
    }

    private static int appendPlain(String glob, int index, StringBuilder regex, String original) {
        char c = glob.charAt(index);
        switch (c) {
            case '*' -> regex.append("[^/]*");
            case '?' -> regex.append(ANY_CHARACTER);
            case '\\' -> {
                if (index + 1 == glob.length()) {
                    throw new IllegalArgumentException("Not a glob: \"" + original + "\" ends with a backslash");
                }
                appendLiteral(glob.charAt(index + 1), regex);
                return index + 2;
            }
            default -> appendLiteral(c, regex);
        }
        return index + 1;
    }

    private static void appendLiteral(char c, StringBuilder regex) {
        regex.append(String.format("\\x%02x", (int) c));
    }

    /** Translates {@code [a-z]} or {@code [!a-z]}; a class never matches a slash. */
    private static int appendClass(String glob, int start, StringBuilder regex, String original) {
        BracketExpression bracket = BracketExpression.parse(glob, start, original);
        regex.append(bracket.regex());
        return bracket.end();
    }

    boolean isNegated() {
        return negated;
    }

    /**
     * @param path a path as {@link #bytesAsCharacters(RawPath)} gives it
     */
    boolean matches(String path, boolean isDirectory) {
        return (isDirectory || !directoriesOnly) && regex.matcher(path).matches();
    }
}
