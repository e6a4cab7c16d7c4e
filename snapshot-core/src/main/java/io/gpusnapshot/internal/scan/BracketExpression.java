package io.gpusnapshot.internal.scan;

import java.util.Map;

/**
 * A bracket expression of a glob, such as {@code [a-c]}, {@code [!0-9_]} or {@code [[:digit:]]}, as a regular expression.
 * It never matches a slash.
 *
 * @param end index behind the closing bracket
 */
record BracketExpression(String regex, int end) {
    private static final Map<String, String> NAMED_CLASSES = Map.ofEntries(
            Map.entry("alnum", "\\p{Alnum}"),
            Map.entry("alpha", "\\p{Alpha}"),
            Map.entry("blank", "\\p{Blank}"),
            Map.entry("cntrl", "\\p{Cntrl}"),
            Map.entry("digit", "\\p{Digit}"),
            Map.entry("graph", "\\p{Graph}"),
            Map.entry("lower", "\\p{Lower}"),
            Map.entry("print", "\\p{Print}"),
            Map.entry("punct", "\\p{Punct}"),
            Map.entry("space", "\\p{Space}"),
            Map.entry("upper", "\\p{Upper}"),
            Map.entry("xdigit", "\\p{XDigit}"));

    /**
     * @param start index of the opening bracket
     * @param original the pattern as the user wrote it
     * @throws IllegalArgumentException if the expression does not end, names an unknown class, or has a range that runs
     *     backwards
     */
    static BracketExpression parse(String glob, int start, String original) {
        Parser parser = new Parser(glob, start + 1, original);
        String regex = parser.parse();
        return new BracketExpression(regex, parser.index);
    }

    /** Goes through the expression once. */
    private static final class Parser {
        private final String glob;
        private final String original;
        private final StringBuilder members = new StringBuilder();
        private int index;

        Parser(String glob, int index, String original) {
            this.glob = glob;
            this.index = index;
            this.original = original;
        }

        String parse() {
            boolean negated = current() == '!' || current() == '^';
            if (negated) {
                index++;
            }
            // A bracket that comes first is a member.
            do {
                appendMember();
            } while (current() != ']');
            index++;
            return "(?!/)[" + (negated ? "^" : "") + members + "]";
        }

        private char current() {
            if (index >= glob.length()) {
                throw new IllegalArgumentException("Not a glob: \"" + original + "\" has a [ without its ]");
            }
            return glob.charAt(index);
        }

        private void appendMember() {
            if (current() == '[' && appendNamedClass()) {
                return;
            }
            char first = nextCharacter();
            boolean range = current() == '-' && index + 1 < glob.length() && glob.charAt(index + 1) != ']';
            if (!range) {
                append(first);
                return;
            }
            index++;
            char last = nextCharacter();
            if (last < first) {
                throw new IllegalArgumentException("Not a glob: \"" + original + "\" has a range that runs backwards");
            }
            append(first);
            members.append('-');
            append(last);
        }

        private char nextCharacter() {
            if (current() == '\\') {
                index++;
            }
            char next = current();
            index++;
            return next;
        }

        private void append(char member) {
            members.append(String.format("\\x%02x", (int) member));
        }

        /** Reads a class such as {@code [:digit:]} if one stands here. */
        private boolean appendNamedClass() {
            int close = glob.indexOf(']', index);
            int start = index + 2;
            if (!glob.startsWith("[:", index) || close < start + 1 || glob.charAt(close - 1) != ':') {
                return false;
            }
            String named = NAMED_CLASSES.get(glob.substring(start, close - 1));
            if (named == null) {
                throw new IllegalArgumentException("Not a glob: \"" + original + "\" has an unknown character class");
            }
            members.append(named);
            index = close + 1;
            return true;
        }
    }
}
