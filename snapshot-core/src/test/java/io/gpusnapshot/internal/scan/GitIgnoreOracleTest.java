package io.gpusnapshot.internal.scan;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gpusnapshot.model.RawPath;
import io.gpusnapshot.testing.SeededRandom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Patterns match what git says they match. The names are ASCII, since a question mark is a byte to git and a character
 * here.
 */
class GitIgnoreOracleTest {
    private static final int ROUNDS = 150;
    private static final String[] NAMES = {
        "a", "b", "ab", "abc", "a.b", "a-b", "A", ".a", "a b", "a]", "[a]", "a*", "!a", "\\a", "a\\", "x1", "^", "-"
    };
    /**
     * git compares what stands before the first wildcard by itself and then takes {@code **} for the start of a segment,
     * whatever its documentation says of {@code a**}{@code /b}.
     */
    private static final Pattern STARS_BEHIND_A_LITERAL = Pattern.compile("!?[^*?\\[\\\\]*[^*?\\[\\\\/]\\*{2,}/.*");

    private static final String[] ATOMS = {
        "a",
        "b",
        "c",
        "ab",
        "*",
        "?",
        "**",
        "/",
        "/",
        "[ab]",
        "[a-c]",
        "[!a]",
        "[^b-z]",
        "[]]",
        "[]-]",
        "[a-]",
        "[\\]]",
        "[[:alpha:]]",
        "[[:digit:]x]",
        "[^[:space:]]",
        "\\a",
        "\\*",
        "\\\\",
        "\\[",
        ".",
        "-",
        "!",
        "^",
        "x1",
        " ",
        "]"
    };

    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    private Path directory;
    /** Paths of the work tree, and whether each is a directory. */
    private final Map<String, Boolean> paths = new TreeMap<>();

    @BeforeEach
    void makeRepository(@TempDir Path temporary) throws Exception {
        directory = temporary;
        assumeTrue(hasGit(), "git is not at hand");
        assertThat(run(List.of("git", "init", "-q", "."), "")).isEmpty();
        for (int i = 0; i < 150; i++) {
            makePath();
        }
    }

    private static boolean hasGit() throws InterruptedException {
        try {
            return new ProcessBuilder("git", "--version")
                            .redirectErrorStream(true)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException absent) {
            return false;
        }
    }

    private void makePath() throws IOException {
        Path path = directory;
        int depth = random.nextInt(1, 5);
        for (int level = 0; level < depth; level++) {
            path = path.resolve(NAMES[random.nextInt(NAMES.length)]);
            if (Files.isRegularFile(path)) {
                return;
            }
            boolean isDirectory = level < depth - 1 || Files.isDirectory(path) || random.nextInt(4) == 0;
            if (isDirectory) {
                Files.createDirectories(path);
            } else {
                Files.createFile(path);
            }
            paths.put(directory.relativize(path).toString(), isDirectory);
        }
    }

    @Test
    void randomPatternsMatchWhatGitSays() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            assertSame(randomPatterns());
        }
    }

    @Test
    void documentedPatternsMatchWhatGitSays() throws Exception {
        String[] documented = {
            "*",
            "/*",
            "a/",
            "/a",
            "a/b",
            "/a/b",
            "**/a",
            "**/a/b",
            "a/**",
            "a/**/b",
            "**",
            "**/",
            "/**",
            "/**/",
            "a**",
            "**a",
            "a**b",
            "a/**b",
            "*.b",
            "a.*",
            "?",
            "??",
            "[a-c]b",
            "[!a]",
            "*/a",
            "*/*",
            "a/*/",
            "\\!a",
            "a\\ b",
            "*[ab]",
            "?b",
            "a\\\\",
            "\\\\a",
            "a*b/",
            "/a*/**/a",
            "***",
            "a/***",
            "*/**",
            "[]a]",
            "[a\\]]"
        };
        for (String pattern : documented) {
            assertSame(List.of(pattern));
            assertSame(List.of("*", "!" + pattern));
        }
    }

    private List<String> randomPatterns() {
        List<String> patterns = new ArrayList<>();
        int count = random.nextInt(1, 4);
        for (int i = 0; i < count; i++) {
            patterns.add(randomPattern(i > 0 && random.nextInt(3) == 0 ? "!" : ""));
        }
        return patterns;
    }

    private String randomPattern(String start) {
        StringBuilder pattern = new StringBuilder(start);
        int atoms = random.nextInt(1, 6);
        for (int i = 0; i < atoms; i++) {
            pattern.append(ATOMS[random.nextInt(ATOMS.length)]);
        }
        // A file of patterns, through which git gets them, has no spaces at the end of a line.
        String text = pattern.toString().stripTrailing();
        boolean usable = !text.isEmpty()
                && !text.equals("!")
                && !text.matches("!?/+")
                && !STARS_BEHIND_A_LITERAL.matcher(text).matches();
        return usable ? text : start + "a*";
    }

    private void assertSame(List<String> patterns) throws Exception {
        PathRules rules;
        try {
            rules = PathRules.parse(patterns);
        } catch (IllegalArgumentException malformed) {
            // git lets such a pattern match nothing; an error says more.
            return;
        }
        Set<String> matched = new TreeSet<>();
        paths.forEach((path, isDirectory) -> {
            if (rules.matchesTree(RawPath.of(path), isDirectory)) {
                matched.add(path);
            }
        });
        assertThat(matched).as("patterns %s", patterns).isEqualTo(matchedByGit(patterns));
    }

    private Set<String> matchedByGit(List<String> patterns) throws Exception {
        Path file = directory.resolve(".git/patterns");
        Files.writeString(file, String.join("\n", patterns) + "\n");
        String output = run(
                List.of("git", "-c", "core.excludesFile=" + file, "check-ignore", "--no-index", "-z", "--stdin"),
                String.join("\0", paths.keySet()));
        Set<String> matched = new TreeSet<>(List.of(output.split("\0")));
        matched.remove("");
        return matched;
    }

    private String run(List<String> command, String input) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("GIT_CONFIG_NOSYSTEM", "1");
        builder.environment().put("HOME", directory.toString());
        Process process = builder.start();
        process.getOutputStream().write(input.getBytes(UTF_8));
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        // 1 says that no path is ignored.
        assertThat(process.waitFor()).isIn(0, 1);
        return output;
    }
}
