package io.gpusnapshot.remote.ssh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A user of this machine that is made for a test, and removed after it. Only root can. */
public final class OrdinaryUser implements Closeable {
    private final String name;

    private OrdinaryUser(String name) {
        this.name = name;
    }

    public static OrdinaryUser create() throws IOException {
        return withShell("/bin/sh");
    }

    static OrdinaryUser withShell(String shell) throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/usr/sbin/useradd")), "needs useradd (package passwd)");
        String name = "gpusnap" + Long.toString(ProcessHandle.current().pid() % 10_000) + System.nanoTime() % 100_000;
        // No password at all would count as a locked account.
        call("useradd", "--create-home", "--password", "*", "--shell", shell, name);
        return new OrdinaryUser(name);
    }

    public String name() {
        return name;
    }

    public Path home() {
        return Path.of("/home", name);
    }

    private static void call(String... words) throws IOException {
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException(List.of(words) + " failed: " + output);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted", interrupted);
        }
    }

    @Override
    public void close() throws IOException {
        call("userdel", "--force", "--remove", name);
    }
}
