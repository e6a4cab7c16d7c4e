package io.gpusnapshot.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** What one run of the command line ended with and printed. */
record CliRun(int exitCode, String out, String err) {
    static CliRun of(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Terminal terminal = new Terminal(
                new PrintStream(out, false, StandardCharsets.UTF_8),
                new PrintStream(err, false, StandardCharsets.UTF_8),
                false);
        int exitCode = Main.run(terminal, arguments);
        return new CliRun(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** The last line of standard output. */
    Map<String, Object> json() throws IOException {
        List<String> lines = out.lines().toList();
        return JsonText.parse(lines.get(lines.size() - 1));
    }

    /** The {@code error} object of the last line of standard output. */
    @SuppressWarnings("unchecked")
    Map<String, Object> error() throws IOException {
        return (Map<String, Object>) json().getOrDefault("error", Map.of());
    }

    long number(String field) throws IOException {
        return (Long) json().getOrDefault(field, Long.MIN_VALUE);
    }

    String text(String field) throws IOException {
        return String.valueOf(json().get(field));
    }

    @SuppressWarnings("unchecked")
    List<Map<String, Object>> objects(String field) throws IOException {
        return (List<Map<String, Object>>) json().getOrDefault(field, List.of());
    }
}
