package io.gpusnapshot.remote;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Turns words into a line that a shell takes apart into the same words again. The only place that does. */
public final class PosixQuoting {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+:,./-]+");

    private PosixQuoting() {}

    /** One word. */
    public static String quote(String word) {
        if (PLAIN.matcher(word).matches()) {
            return word;
        }
        // Inside of single quotes fish knows escapes, unlike POSIX shells; in this form all read the same.
        return "'" + word.replaceAll("[\\\\']+", "'\"$0\"'").replace("\\", "\\\\") + "'";
    }

    /** Words, separated by blanks. */
    public static String join(List<String> words) {
        return String.join(" ", words.stream().map(PosixQuoting::quote).toList());
    }

    /** What {@code env} takes to run a command: variables, then the arguments. */
    public static List<String> wordsForEnv(RemoteCommand command) {
        List<String> words = new ArrayList<>();
        for (Map.Entry<String, String> variable : new TreeMap<>(command.environment()).entrySet()) {
            words.add(variable.getKey() + "=" + variable.getValue());
        }
        words.addAll(command.arguments());
        return words;
    }
}
