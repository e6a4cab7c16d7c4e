package io.gpusnapshot.cli;

import io.gpusnapshot.HostHook;
import io.gpusnapshot.remote.SecretSource;
import io.gpusnapshot.remote.SshTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which hosts to work on, how to log in there, and how to know them. */
final class SshOptions {
    private static final String AGENT_SOCKET = "SSH_AUTH_SOCK";

    @Option(
            names = "--ssh",
            paramLabel = "USER@HOST:PORT",
            description =
                    "Works on this host instead of this machine; DIR is a path there. User root and port 22 may be"
                            + " left out.")
    private List<SshTarget> targets = List.of();

    @Option(names = "--identity", paramLabel = "FILE", description = "Logs in by this private key.")
    private Optional<Path> identity = Optional.empty();

    @Option(
            names = "--passphrase-env",
            paramLabel = "NAME",
            description = "The environment variable that holds the key's passphrase.")
    private Optional<String> passphraseVariable = Optional.empty();

    @Option(names = "--ask-password", description = "Logs in by a password, which is asked on the terminal.")
    private boolean askPassword;

    @Option(
            names = "--password-env",
            paramLabel = "NAME",
            description = "Logs in by the password in this environment variable.")
    private Optional<String> passwordVariable = Optional.empty();

    @Option(
            names = "--known-hosts",
            paramLabel = "FILE",
            description = "Where the hosts' keys are listed (default: ~/.ssh/known_hosts).")
    private Optional<Path> knownHosts = Optional.empty();

    @Option(
            names = "--host-key",
            paramLabel = "SHA256:…",
            description = "The fingerprint of the host's key, instead of a list.")
    private Optional<String> hostKey = Optional.empty();

    @Option(
            names = "--accept-new-host-keys",
            description = "Believes hosts that the list does not name, and adds them to it.")
    private boolean acceptNewHostKeys;

    @Option(names = "--jump", paramLabel = "USER@HOST:PORT", description = "Goes through this host, known likewise.")
    private Optional<SshTarget> jump = Optional.empty();

    @Option(
            names = "--run-before",
            paramLabel = "COMMAND",
            description = "Has the host's shell run this first, and fails if it fails; repeatable.")
    private List<String> before = List.of();

    @Option(
            names = "--run-after",
            paramLabel = "COMMAND",
            description =
                    "Has the host's shell run this last: after a create in any case, after a restore that succeeded;"
                            + " repeatable.")
    private List<String> after = List.of();

    /** The hosts, complete; none for this machine. */
    List<SshTarget> targets() {
        List<SshTarget> complete = new ArrayList<>();
        for (SshTarget target : targets) {
            SshTarget known = withTrust(target);
            complete.add(jump.map(through -> known.withJump(withTrust(through))).orElse(known));
        }
        return complete;
    }

    private SshTarget withTrust(SshTarget target) {
        SshTarget known = hostKey.map(target::withHostKey).orElseGet(() -> withList(target));
        if (identity.isPresent()) {
            return passphraseVariable.isPresent()
                    ? known.withIdentity(identity.get(), variable(passphraseVariable.get()))
                    : known.withIdentity(identity.get());
        }
        if (passwordVariable.isPresent()) {
            return known.withPassword(variable(passwordVariable.get()));
        }
        if (askPassword) {
            return known.withPassword(() -> ask(target));
        }
        String socket = System.getenv(AGENT_SOCKET);
        if (socket == null || socket.isEmpty()) {
            throw new IllegalArgumentException("Nothing says how to log in to " + target
                    + "; use --identity, --password-env, --ask-password, or an SSH agent (" + AGENT_SOCKET + ")");
        }
        return known.withAgent(Path.of(socket));
    }

    private SshTarget withList(SshTarget target) {
        Path list = knownHosts.orElseGet(() -> Path.of(System.getProperty("user.home"), ".ssh", "known_hosts"));
        if (acceptNewHostKeys) {
            return target.withAcceptNewHostKeys(list);
        }
        if (!Files.exists(list)) {
            throw new IllegalArgumentException("There is no list of host keys " + list
                    + "; use --known-hosts, --host-key, or --accept-new-host-keys");
        }
        return target.withKnownHosts(list);
    }

    private static SecretSource variable(String name) {
        return () -> {
            String value = System.getenv(name);
            if (value == null) {
                throw new IOException("The environment variable " + name + " is not set");
            }
            return value.toCharArray();
        };
    }

    private static char[] ask(SshTarget target) throws IOException {
        return Optional.ofNullable(System.console())
                .map(console -> console.readPassword("Password of %s: ", target))
                .orElseThrow(() -> new IOException(
                        "There is no terminal to ask the password of " + target + " on; use --password-env"));
    }

    List<HostHook> before() {
        return before.stream().map(HostHook::requiredShell).toList();
    }

    List<HostHook> after() {
        return after.stream().map(HostHook::requiredShell).toList();
    }
}
