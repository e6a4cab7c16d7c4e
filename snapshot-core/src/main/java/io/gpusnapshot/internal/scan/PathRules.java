package io.gpusnapshot.internal.scan;

import io.gpusnapshot.model.RawPath;
import java.util.List;

/**
 * An ordered list of patterns in gitignore syntax. The last pattern that matches a path decides; a pattern that starts
 * with {@code !} decides against. What matches a directory holds for everything in it. Immutable.
 */
public final class PathRules {
    /** Matches nothing. */
    public static final PathRules NONE = new PathRules(List.of(), List.of());

    private final List<String> texts;
    private final List<GlobPattern> patterns;

    private PathRules(List<String> texts, List<GlobPattern> patterns) {
        this.texts = texts;
        this.patterns = patterns;
    }

    /**
     * @throws IllegalArgumentException if a pattern is empty or malformed
     */
    public static PathRules parse(List<String> patterns) {
        return new PathRules(
                List.copyOf(patterns), patterns.stream().map(GlobPattern::parse).toList());
    }

    /** The patterns that {@link #parse} makes equal rules of. */
    public List<String> patterns() {
        return texts;
    }

    public boolean isEmpty() {
        return patterns.isEmpty();
    }

    /** Whether the path itself matches; whether a directory above it does is not looked at. */
    public boolean matches(RawPath path, boolean isDirectory) {
        if (patterns.isEmpty() || path.isRoot()) {
            return false;
        }
        String text = GlobPattern.bytesAsCharacters(path);
        for (int i = patterns.size() - 1; i >= 0; i--) {
            if (patterns.get(i).matches(text, isDirectory)) {
                return !patterns.get(i).isNegated();
            }
        }
        return false;
    }

    /** Whether the path, or a directory that it lies in, matches. */
    public boolean matchesTree(RawPath path, boolean isDirectory) {
        if (patterns.isEmpty()) {
            return false;
        }
        if (matches(path, isDirectory)) {
            return true;
        }
        for (RawPath above = path.parent(); !above.isRoot(); above = above.parent()) {
            if (matches(above, true)) {
                return true;
            }
        }
        return false;
    }
}
