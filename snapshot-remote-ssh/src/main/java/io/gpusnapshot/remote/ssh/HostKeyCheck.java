package io.gpusnapshot.remote.ssh;

import io.gpusnapshot.error.RemoteAccessException;
import io.gpusnapshot.remote.HostKeyPolicy;
import io.gpusnapshot.remote.SshTarget;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.util.Base64;
import java.util.List;
import net.schmizz.sshj.common.Buffer;
import net.schmizz.sshj.common.KeyType;
import net.schmizz.sshj.transport.verification.HostKeyVerifier;
import org.jspecify.annotations.Nullable;

/** Decides by a policy whether a host is the one meant, and remembers why not. */
final class HostKeyCheck implements HostKeyVerifier {
    private final SshTarget target;
    private final HostKeyPolicy policy;
    private final KnownHostsFile known;
    private volatile @Nullable String refusal;
    private volatile @Nullable String accepted;

    private HostKeyCheck(SshTarget target, HostKeyPolicy policy, KnownHostsFile known) {
        this.target = target;
        this.policy = policy;
        this.known = known;
    }

    static HostKeyCheck of(SshTarget target) throws RemoteAccessException {
        HostKeyPolicy policy = target.hostKeyPolicy().orElseThrow();
        if (policy instanceof HostKeyPolicy.KnownHosts file) {
            return new HostKeyCheck(target, policy, read(target, file.file(), false));
        }
        if (policy instanceof HostKeyPolicy.AcceptNew file) {
            return new HostKeyCheck(target, policy, read(target, file.file(), true));
        }
        return new HostKeyCheck(target, policy, KnownHostsFile.EMPTY);
    }

    private static KnownHostsFile read(SshTarget target, Path file, boolean optional) throws RemoteAccessException {
        try {
            return optional ? KnownHostsFile.readIfPresent(file) : KnownHostsFile.read(file);
        } catch (IOException unreadable) {
            throw new RemoteAccessException(
                    target.toString(),
                    "Cannot connect to " + target + ": the file of known hosts " + file + " cannot be read ("
                            + unreadable.getClass().getSimpleName() + ")",
                    unreadable);
        }
    }

    /** Why the host was refused, if it was. */
    @Nullable
    String refusal() {
        return refusal;
    }

    @Override
    public List<String> findExistingAlgorithms(String host, int port) {
        return known.keyTypes(target.host(), target.port()).stream()
                .flatMap(type -> Algorithms.signaturesFor(type).stream())
                .toList();
    }

    @Override
    public boolean verify(String host, int port, PublicKey key) {
        byte[] blob = new Buffer.PlainBuffer().putPublicKey(key).getCompactData();
        String line = KeyType.fromKey(key) + " " + Base64.getEncoder().encodeToString(blob);
        if (line.equals(accepted)) {
            // Keys are exchanged again on long sessions.
            return true;
        }
        refusal = refusalOf(line, KeyType.fromKey(key) + " " + fingerprint(blob));
        if (refusal == null) {
            accepted = line;
        }
        return refusal == null;
    }

    private @Nullable String refusalOf(String line, String shown) {
        if (policy instanceof HostKeyPolicy.Pinned pinned) {
            boolean same = shown.endsWith(" " + pinned.fingerprint());
            return same ? null : "its key is " + shown + ", but should be " + pinned.fingerprint();
        }
        if (policy instanceof HostKeyPolicy.AcceptNew file) {
            return refusalByFile(line, shown, file.file(), true);
        }
        return refusalByFile(line, shown, ((HostKeyPolicy.KnownHosts) policy).file(), false);
    }

    private @Nullable String refusalByFile(String line, String shown, Path file, boolean acceptNew) {
        return switch (known.judge(target.host(), target.port(), line)) {
            case TRUSTED -> null;
            case REVOKED -> "its key " + shown + " is revoked in " + file;
            case OTHER_KEY ->
                "its key is " + shown + ", but " + file + " has another key for it: either the host was set up anew, "
                        + "or somebody else answers in its place";
            case UNKNOWN_HOST -> acceptNew ? add(line, file) : unknown(shown, file);
        };
    }

    private static String unknown(String shown, Path file) {
        return "its key " + shown + " is not in " + file
                + "; compare it with what the host's owner says, and add it or pin its fingerprint";
    }

    private @Nullable String add(String line, Path file) {
        try {
            KnownHostsFile.add(file, target.host(), target.port(), line);
            return null;
        } catch (IOException failed) {
            return "its key is new, and cannot be written to " + file + " ("
                    + failed.getClass().getSimpleName() + ")";
        }
    }

    private static String fingerprint(byte[] blob) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(blob);
            return "SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every Java has SHA-256", impossible);
        }
    }
}
