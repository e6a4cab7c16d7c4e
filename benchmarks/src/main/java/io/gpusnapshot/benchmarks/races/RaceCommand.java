package io.gpusnapshot.benchmarks.races;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a contestant is told to do, as one line of words that tabs separate: a verb, where objects are, a directory, and
 * then settings such as {@code codec=none}.
 */
record RaceCommand(String verb, String store, Path directory, Map<String, String> settings) {
    private static final int SETTINGS_BEGIN = 3;

    /** Does what a command says, and tells how many bytes that were. */
    interface Runner {
        long run(RaceCommand command) throws IOException;
    }

    /** Runs commands from standard input until it ends, and answers each with a line when it is done. */
    static void serve(Runner runner) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            System.out.println(runner.run(parse(line)));
            System.out.flush();
        }
    }

    private static RaceCommand parse(String line) {
        String[] words = line.split("\t", -1);
        Map<String, String> settings = Arrays.stream(words)
                .skip(SETTINGS_BEGIN)
                .map(word -> word.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
        return new RaceCommand(words[0], words[1], Path.of(words[2]), settings);
    }

    Optional<String> setting(String name) {
        return Optional.ofNullable(settings.get(name));
    }

    IllegalArgumentException unknown() {
        return new IllegalArgumentException("There is no command " + verb);
    }
}
