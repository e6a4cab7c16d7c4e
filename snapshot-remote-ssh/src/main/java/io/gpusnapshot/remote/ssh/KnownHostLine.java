package io.gpusnapshot.remote.ssh;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * One line about the keys of hosts.
 *
 * @param names patterns separated by commas, or one hashed name
 * @param key type and bytes, separated by a blank
 */
record KnownHostLine(boolean isRevoked, String names, String key) {
    private static final String REVOKED = "@revoked";
    private static final String HASHED = "|1|";
    private static final Pattern BLANKS = Pattern.compile("[ \t\r]+");

    static Optional<KnownHostLine> parse(String line) {
        String text = line.strip();
        String[] words = BLANKS.split(text);
        boolean revoked = words[0].equals(REVOKED);
        int first = revoked ? 1 : 0;
        if (text.startsWith("#") || (!revoked && text.startsWith("@")) || words.length < first + 3) {
            return Optional.empty();
        }
        return Optional.of(new KnownHostLine(revoked, words[first], words[first + 1] + " " + words[first + 2]));
    }

    String keyType() {
        return key.substring(0, key.indexOf(' '));
    }

    /** Whether the line is about this name, in lower case. A pattern after {@code !} excludes what it matches. */
    boolean matches(String name) {
        if (names.startsWith(HASHED)) {
            return matchesHash(name);
        }
        boolean matched = false;
        for (String pattern : names.split(",", -1)) {
            boolean negated = pattern.startsWith("!");
            if (matchesPattern(pattern.substring(negated ? 1 : 0), name)) {
                if (negated) {
                    return false;
                }
                matched = true;
            }
        }
        return matched;
    }

    private static boolean matchesPattern(String pattern, String name) {
        StringBuilder expression = new StringBuilder();
        for (char symbol : pattern.toLowerCase(Locale.ROOT).toCharArray()) {
            switch (symbol) {
                case '*' -> expression.append(".*");
                case '?' -> expression.append('.');
                default -> expression.append(Pattern.quote(String.valueOf(symbol)));
            }
        }
        return Pattern.matches(expression.toString(), name);
    }

    private boolean matchesHash(String name) {
        String[] parts = names.substring(HASHED.length()).split("\\|", -1);
        if (parts.length != 2) {
            return false;
        }
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(Base64.getDecoder().decode(parts[0]), mac.getAlgorithm()));
            return MessageDigest.isEqual(
                    mac.doFinal(name.getBytes(UTF_8)), Base64.getDecoder().decode(parts[1]));
        } catch (IllegalArgumentException notBase64) {
            return false;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("Every Java has HmacSHA1", impossible);
        }
    }
}
