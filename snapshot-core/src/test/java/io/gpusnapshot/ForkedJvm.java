package io.gpusnapshot;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A second JVM for what cannot be done in the first: another locale, another user, a violent death. */
final class ForkedJvm {
    private final List<String> prefix = new ArrayList<>();
    private final List<String> options = new ArrayList<>();
    private final Map<String, String> environment = new LinkedHashMap<>();
    private Path java = Path.of(System.getProperty("java.home"), "bin/java");
    private String classPath = System.getProperty("java.class.path");

    /** What a run ended with; the output holds standard error too. */
    record Result(int exitCode, String output) {
        String requireSuccess() {
            if (exitCode != 0) {
                throw new AssertionError("exit code " + exitCode + ": " + output);
            }
            return output.strip();
        }
    }

    ForkedJvm java(Path executable) {
        java = executable;
        return this;
    }

    ForkedJvm option(String option) {
        options.add(option);
        return this;
    }

    ForkedJvm locale(String locale) {
        environment.put("LC_ALL", locale);
        return this;
    }

    /**
     * Runs as a user without any rights.
     *
     * @param readable directory that this user can read; gets a copy of the class path
     */
    ForkedJvm asNobody(Path readable) throws IOException {
        prefix.addAll(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
        environment.put("HOME", readable.toString());
        options.add("-Djava.io.tmpdir=" + readable);
        classPath = copyOfClassPath(readable);
        return this;
    }

    private static String copyOfClassPath(Path readable) throws IOException {
        List<String> copied = new ArrayList<>();
        for (String element : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path original = Path.of(element);
            boolean needed = Files.isDirectory(original)
                    || original.getFileName().toString().matches("(jackson-core|jna|slf4j-api|slf4j-simple)-.*");
            if (needed) {
                Path copy = readable.resolve(copied.size() + "-" + original.getFileName());
                copyTree(original, copy);
                copied.add(copy.toString());
            }
        }
        return String.join(File.pathSeparator, copied);
    }

    private static void copyTree(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            files.forEach(file -> {
                try {
                    Files.copy(file, to.resolve(from.relativize(file)));
                } catch (IOException failed) {
                    throw new UncheckedIOException(failed);
                }
            });
        }
    }

    Process start(Class<?> main, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(prefix);
        command.add(java.toString());
        // Newer versions of Java warn of native code that nobody allowed, in the midst of the output.
        command.addAll(List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp", classPath));
        command.addAll(options);
        command.add(main.getName());
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        return builder.start();
    }

    Result run(Class<?> main, String... arguments) throws IOException, InterruptedException {
        Process process = start(main, List.of(arguments));
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        return new Result(process.waitFor(), output);
    }
}
