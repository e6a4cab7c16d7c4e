package io.gpusnapshot.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The built jar, run as people run it, in a process of its own. */
final class JarProcess implements AutoCloseable {
    private static final Path JAR = Path.of("target/gpu-snapshot.jar").toAbsolutePath();
    private static final long PATIENCE_SECONDS = 120;

    private final Process process;
    private final Path out;
    private final Path err;

    private JarProcess(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /** A condition that a running process brings about. */
    @FunctionalInterface
    interface Condition {
        boolean holds() throws IOException;
    }

    static Path jar() {
        return JAR;
    }

    static List<String> command(String... arguments) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> command = new ArrayList<>(List.of(java, "-Xmx512m", "-jar", JAR.toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    static JarProcess start(Path scratch, Map<String, String> environment, List<String> command) throws IOException {
        Path out = Files.createTempFile(scratch, "out", ".txt");
        Path err = Files.createTempFile(scratch, "err", ".txt");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("STORAGE_"));
        builder.environment().putAll(environment);
        return new JarProcess(builder.start(), out, err);
    }

    static JarProcess start(Path scratch, String... arguments) throws IOException {
        return start(scratch, Map.of(), command(arguments));
    }

    /** Runs a command of any program to its end. */
    static CliRun run(Path scratch, Map<String, String> environment, List<String> command)
            throws IOException, InterruptedException {
        try (JarProcess started = start(scratch, environment, command)) {
            return started.await();
        }
    }

    static CliRun run(Path scratch, String... arguments) throws IOException, InterruptedException {
        return run(scratch, Map.of(), command(arguments));
    }

    CliRun await() throws IOException, InterruptedException {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new IOException("Still running after " + PATIENCE_SECONDS + " s: " + Files.readString(err));
        }
        return new CliRun(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    /** What it has printed to standard output so far. */
    String output() throws IOException {
        return Files.readString(out);
    }

    /** Waits until the process has come so far. */
    void awaitCondition(Condition condition) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.holds()) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new IOException("It never came so far: " + Files.readString(out) + Files.readString(err));
            }
            LockSupport.parkNanos(500_000);
        }
    }

    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
    }

    /** Ends the process as a power failure would, and waits until it is gone. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
