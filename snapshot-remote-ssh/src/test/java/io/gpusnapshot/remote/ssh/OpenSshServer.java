package io.gpusnapshot.remote.ssh;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gpusnapshot.remote.SshTarget;
import io.gpusnapshot.testing.ServerLog;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A real {@code sshd} on a free port of this machine, with keys and a configuration of its own. It knows one key of a
 * client, by which every user of this machine can log in whom its own user may become.
 */
public final class OpenSshServer implements Closeable {
    private static final Path PROGRAM = Path.of("/usr/sbin/sshd");
    private static final Path SEPARATION_DIRECTORY = Path.of("/run/sshd");

    private final Path directory;
    private final int port;
    private final Process process;

    private OpenSshServer(Path directory, int port, Process process) {
        this.directory = directory;
        this.port = port;
        this.process = process;
    }

    /** Skips the test where there is no OpenSSH. The directory must be there and empty. */
    public static OpenSshServer start(Path directory, String... extraLines) throws IOException {
        assumeTrue(Files.isExecutable(PROGRAM), "needs sshd (package openssh-server)");
        if (CurrentUser.isRoot()) {
            Files.createDirectories(SEPARATION_DIRECTORY);
        }
        for (String type : List.of("ed25519", "ecdsa", "rsa")) {
            SshKeys.generate(directory.resolve("host_" + type), type);
        }
        Path clientKey = SshKeys.generate(directory.resolve("client"), "ed25519");
        Files.copy(Path.of(clientKey + ".pub"), directory.resolve("authorized_keys"));
        CurrentUser.letOthersRead(directory);
        int port = freePort();
        Path config = Files.write(directory.resolve("sshd_config"), config(directory, port, extraLines));
        Process process = new ProcessBuilder(PROGRAM.toString(), "-D", "-e", "-f", config.toString())
                .redirectErrorStream(true)
                .start();
        return new OpenSshServer(directory, port, process).awaitStart();
    }

    private static List<String> config(Path directory, int port, String... extraLines) {
        List<String> lines = new ArrayList<>(List.of(extraLines));
        lines.addAll(List.of(
                "Port " + port,
                "ListenAddress 127.0.0.1",
                "HostKey " + directory.resolve("host_ed25519"),
                "HostKey " + directory.resolve("host_ecdsa"),
                "HostKey " + directory.resolve("host_rsa"),
                "AuthorizedKeysFile " + directory.resolve("authorized_keys"),
                "PidFile none",
                "StrictModes no",
                "UsePAM no",
                "UseDNS no",
                "PasswordAuthentication no",
                "PermitRootLogin yes",
                "LogLevel INFO"));
        return lines;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private OpenSshServer awaitStart() throws IOException {
        ServerLog.await(process, "Server listening");
        return this;
    }

    public int port() {
        return port;
    }

    /** A file in the directory of the server. */
    public Path file(String name) {
        return directory.resolve(name);
    }

    /** The current user, by the client's key, on this server and no other. */
    public SshTarget target() throws IOException {
        return targetAt(port);
    }

    /** Like {@link #target()}, through something else that listens. */
    public SshTarget targetAt(int otherPort) throws IOException {
        return SshTarget.of("127.0.0.1", otherPort)
                .withUser(CurrentUser.name())
                .withIdentity(file("client"))
                .withHostKey(SshKeys.fingerprint(file("host_ed25519.pub")));
    }

    /** Kills the server and everything that it serves, as if the machine were gone. */
    public void kill() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    /** Kills the server and its sessions, and none of the programs that were started by them. */
    public void killWithoutPrograms() {
        List<ProcessHandle> programs = process.descendants()
                .filter(child -> child.info().command().orElse("").startsWith(PROGRAM.toString()))
                .toList();
        process.destroyForcibly();
        programs.forEach(ProcessHandle::destroyForcibly);
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                kill();
            }
        } catch (InterruptedException impatient) {
            kill();
            Thread.currentThread().interrupt();
        }
    }
}
