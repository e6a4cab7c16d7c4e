package io.gpusnapshot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** docs/command-line.md names every option that there is, and none that there is not. */
class CommandLineDocumentTest {
    private static final Path DOCUMENT = Path.of("../docs/command-line.md");
    private static final Pattern OPTION = Pattern.compile("(?<![\\w-])--[a-z][a-z-]*[a-z]");

    private static final Set<String> WORKING_ON_HOSTS = Set.of("create", "restore");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create",
                "restore",
                "list",
                "show",
                "verify",
                "delete",
                "prune",
                "replicate",
                "quickstart",
                "emulate-b2"
            })
    void everyOptionIsDescribedWhereItBelongs(String command) throws IOException {
        String common = section("What is common to all commands");
        String hosts = WORKING_ON_HOSTS.contains(command) ? section("Working on other hosts") : "";
        Set<String> known = optionsIn(CliRun.of(command, "--help").out());
        Set<String> described = optionsIn(section(command));

        assertThat(known).isNotEmpty();
        assertThat(optionsIn(section(command) + common + hosts)).containsAll(known);
        described.removeAll(optionsIn(common));
        assertThat(known).containsAll(described);
    }

    private static String section(String title) throws IOException {
        String document = "\n" + Files.readString(DOCUMENT);
        int start = document.indexOf("\n## " + title + "\n");
        assertThat(start).as("section " + title).isNotNegative();
        int end = document.indexOf("\n## ", start + 1);
        return document.substring(start, end < 0 ? document.length() : end);
    }

    private static Set<String> optionsIn(String text) {
        Set<String> options = new TreeSet<>();
        Matcher matcher = OPTION.matcher(text);
        while (matcher.find()) {
            options.add(matcher.group());
        }
        return options;
    }
}
