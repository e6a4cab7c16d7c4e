package io.gpusnapshot.remote.ssh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A real {@code ssh-agent}. */
final class SshAgent implements Closeable {
    private final Path socket;
    private final Process process;

    private SshAgent(Path socket, Process process) {
        this.socket = socket;
        this.process = process;
    }

    static SshAgent start(Path directory) throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/ssh-agent")), "needs ssh-agent (package openssh-client)");
        Path socket = directory.resolve("agent");
        Process process = new ProcessBuilder("ssh-agent", "-D", "-a", socket.toString()).start();
        BufferedReader output = process.inputReader(UTF_8);
        // It says where it listens once it does.
        if (output.readLine() == null) {
            throw new IOException("ssh-agent did not start");
        }
        return new SshAgent(socket, process);
    }

    Path socket() {
        return socket;
    }

    void add(Path key) throws IOException, InterruptedException {
        call(key.toString());
    }

    void clear() throws IOException, InterruptedException {
        call("-D");
    }

    private void call(String argument) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("ssh-add", argument).redirectErrorStream(true);
        builder.environment().put("SSH_AUTH_SOCK", socket.toString());
        Process add = builder.start();
        String output = new String(add.getInputStream().readAllBytes(), UTF_8);
        if (add.waitFor() != 0) {
            throw new IOException("ssh-add failed: " + output);
        }
    }

    @Override
    public void close() {
        process.destroy();
    }
}
