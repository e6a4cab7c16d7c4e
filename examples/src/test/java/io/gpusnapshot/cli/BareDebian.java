package io.gpusnapshot.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gpusnapshot.testing.ServerLog;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The least that a Debian can be, with an SSH server and nothing that was added for us: a root made by
 * {@code debootstrap}, in a network of its own at the other end of a cable, from which nothing else can be reached. Its
 * processes have numbers of their own, and all end with it. The root is kept as an archive for the next run.
 */
final class BareDebian implements AutoCloseable {
    /** Far more than it takes where a mirror is in reach. */
    private static final String PATIENCE_SECONDS = "300";

    private static final List<String> PROGRAMS =
            List.of("debootstrap", "dpkg-deb", "ip", "unshare", "tar", "ssh-keygen");

    /**
     * Packages are unpacked and not configured, which takes half of the time and leaves the host barer. Mounts that are
     * left by whoever is stopped in here vanish with the name space.
     */
    private static final String MAKE_ROOT = """
            set -e
            root=$1 cache=$2 patience=$3
            . /etc/os-release
            archive=$cache/bare-$VERSION_CODENAME-$(uname -m).tar
            if [ -f "$archive" ]; then
              exec tar -C "$root" -xpf "$archive"
            fi
            unshare --mount timeout "$patience" \\
              debootstrap --foreign --variant=minbase --include=openssh-server "$VERSION_CODENAME" "$root"
            for package in $(cat "$root/debootstrap/base"); do
              dpkg-deb --fsys-tarfile "$root/var/cache/apt/archives/$package"_*.deb |
                tar -C "$root" -xpf - --keep-directory-symlink
            done
            rm -rf "$root/proc" "$root/debootstrap" "$root/var/cache/apt/archives" "$root/var/lib/apt/lists"
            mkdir "$root/proc"
            cp "$root/usr/share/base-passwd/passwd.master" "$root/etc/passwd"
            cp "$root/usr/share/base-passwd/group.master" "$root/etc/group"
            echo 'sshd:*:100:65534::/run/sshd:/usr/sbin/nologin' >>"$root/etc/passwd"
            mkdir -p "$cache"
            tar -C "$root" -cf "$archive.$$" .
            mv "$archive.$$" "$archive"
            """;

    private static final String MAKE_NETWORK = """
            set -e
            network=$1 near=$2 here=$3 there=$4
            ip netns add "$network"
            ip link add "$near" type veth peer name eth0 netns "$network"
            ip addr add "$here/30" dev "$near"
            ip link set "$near" up
            ip -n "$network" addr add "$there/30" dev eth0
            ip -n "$network" link set eth0 up
            ip -n "$network" link set lo up
            """;

    private static final String START = """
            mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev" && mkdir -p "$0/run/sshd" &&
            exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin chroot "$0" \\
              /usr/sbin/sshd -D -e -f /usr/share/openssh/sshd_config -o UsePAM=no -o UseDNS=no -o HostKey=/etc/ssh/host
            """;

    private final Path scratch;
    private final Path root;
    private final String network;
    private final String cable;
    private final String here;
    private final String there;
    private Optional<Process> server = Optional.empty();

    private BareDebian(Path scratch, int number) throws IOException {
        this.scratch = scratch;
        this.root = Files.createDirectory(scratch.resolve("root"));
        this.network = "gpusnapshot" + number;
        this.cable = "gpusnap" + number;
        // Addresses that are set aside for benchmarks, and so nobody's.
        String addresses = "198.18." + number + ".";
        this.here = addresses + 1;
        this.there = addresses + 2;
    }

    /** Skips the test where there cannot be such a host. The directory must be empty. */
    static BareDebian start(Path scratch) throws IOException, InterruptedException {
        assumeTrue(System.getProperty("user.name").equals("root"), "only root can set up another root");
        for (String program : PROGRAMS) {
            assumeTrue(call("command -v " + program).exitCode() == 0, "needs the program " + program);
        }
        BareDebian host = new BareDebian(scratch, (int) (System.nanoTime() / 1000 % 250));
        try {
            host.makeRoot();
            host.makeNetwork();
            host.startServer();
        } catch (IOException | InterruptedException | RuntimeException failed) {
            host.close();
            throw failed;
        }
        return host;
    }

    private record Result(int exitCode, String text) {
        String require() {
            assertThat(exitCode).as(text).isZero();
            return text;
        }
    }

    /** Runs a script with arguments; what it prints may be of either kind. */
    private static Result call(String script, Object... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("sh", "-c", script, "sh"));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        return new Result(process.waitFor(), output.strip());
    }

    private static Path cache() {
        return Path.of(System.getProperty("user.home"), ".cache", "gpu-snapshot-tests");
    }

    private void makeRoot() throws IOException, InterruptedException {
        Result made = call(MAKE_ROOT, root, cache(), PATIENCE_SECONDS);
        List<String> lines = made.text().lines().toList();
        assumeTrue(
                made.exitCode() == 0,
                () -> "debootstrap made no root, perhaps because there is no mirror in reach: "
                        + lines.subList(Math.max(0, lines.size() - 5), lines.size()));
        makeKey("host");
        makeKey("client");
        Files.copy(scratch.resolve("host"), root.resolve("etc/ssh/host"));
        Files.createDirectories(root.resolve("root/.ssh"));
        Files.copy(scratch.resolve("client.pub"), root.resolve("root/.ssh/authorized_keys"));
    }

    private void makeKey(String name) throws IOException, InterruptedException {
        String unused = call("ssh-keygen -q -t ed25519 -N '' -f \"$1\"", scratch.resolve(name))
                .require();
    }

    private void makeNetwork() throws IOException, InterruptedException {
        Result made = call(MAKE_NETWORK, network, cable, here, there);
        assumeTrue(made.exitCode() == 0, "needs root that may make network namespaces: " + made.text());
    }

    private void startServer() throws IOException {
        Process process = new ProcessBuilder(
                        "ip",
                        "netns",
                        "exec",
                        network,
                        "unshare",
                        "--mount",
                        "--pid",
                        "--fork",
                        "--kill-child",
                        "sh",
                        "-c",
                        START,
                        root.toString())
                .redirectErrorStream(true)
                .start();
        server = Optional.of(process);
        ServerLog.await(process, "Server listening");
    }

    /** Where what is to be reached from there must listen. */
    InetAddress near() throws IOException {
        return InetAddress.getByName(here);
    }

    /** The options of a command that works there. */
    List<String> options() throws IOException, InterruptedException {
        String key =
                call("ssh-keygen -l -f \"$1\"", scratch.resolve("host.pub")).require();
        String identity = scratch.resolve("client").toString();
        return List.of("--ssh", "root@" + there + ":22", "--identity", identity, "--host-key", key.split(" ")[1]);
    }

    /** What has this absolute path there. */
    Path path(String absolute) {
        return root.resolve("." + absolute).normalize();
    }

    /** What a shell there prints. */
    String shell(String script) throws IOException, InterruptedException {
        return call("chroot \"$1\" sh -c \"$2\"", root, script).text();
    }

    /** Which addresses can be reached from there. */
    String routes() throws IOException, InterruptedException {
        return call("ip -n \"$1\" route", network).require();
    }

    /** Files there that have this text in them, and processes there that have it on their command line or as a variable. */
    List<Path> whereabouts(String text) throws IOException, InterruptedException {
        List<Path> found = new ArrayList<>();
        call("grep -rlF --devices=skip -e \"$2\" \"$1\"", root, text)
                .text()
                .lines()
                .map(Path::of)
                .forEach(found::add);
        for (ProcessHandle process : processes()) {
            for (String file : List.of("cmdline", "environ")) {
                if (content(process, file).contains(text)) {
                    found.add(file(process, file));
                }
            }
        }
        return found;
    }

    void pullCable() throws IOException, InterruptedException {
        String unused = call("ip link set \"$1\" down", cable).require();
    }

    void plugCable() throws IOException, InterruptedException {
        String unused = call("ip link set \"$1\" up", cable).require();
    }

    /** All that runs there. */
    private List<ProcessHandle> processes() {
        return server.stream().flatMap(Process::descendants).toList();
    }

    /** The agents that run there. */
    List<ProcessHandle> agents() {
        return processes().stream()
                .filter(process -> content(process, "cmdline").matches("(?s)[^\0]*/java\0.*AgentMain.*"))
                .toList();
    }

    private static String content(ProcessHandle process, String file) {
        try {
            return new String(Files.readAllBytes(file(process, file)), UTF_8);
        } catch (IOException ended) {
            return "";
        }
    }

    private static Path file(ProcessHandle process, String file) {
        return Path.of("/proc", Long.toString(process.pid()), file);
    }

    @Override
    public void close() throws IOException {
        server.ifPresent(Process::destroyForcibly);
        server.map(Process::onExit).ifPresent(CompletableFuture::join);
        try {
            String remove = "ip link del \"$1\"; ip netns del \"$2\"; rm -rf --one-file-system \"$3\"";
            Result unused = call(remove, cable, network, root);
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("stopped");
        }
    }
}
